"""Who goes, when, within what is authorised."""

from deployments.models.deployment import Deployment, DeploymentState, EndReason
from deployments.models.gate import Gate
from deployments.models.posting import CountsAgainst, Posting, PostingStatus

__all__ = ["CountsAgainst", "Deployment", "DeploymentState", "EndReason", "Gate", "Posting", "PostingStatus"]
