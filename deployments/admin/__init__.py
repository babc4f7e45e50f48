"""The desk's pages of deployments: acts, boards, postings, tours."""

from deployments.admin import levels, panels, postings, tours, vocabulary

__all__ = ["levels", "panels", "postings", "tours", "vocabulary"]
