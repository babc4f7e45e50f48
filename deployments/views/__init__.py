"""Pages for the public, officers and coordinators. The desk's are in deployments.admin."""
