"""The two databases as the portal uses them: what a request waits for, and what kind of fault an error is."""
