"""The desk's pages of deployments: acts, boards, postings, tours."""

from deployments.admin import applications, levels, panels, postings, tours, vocabulary

__all__ = ["applications", "levels", "panels", "postings", "tours", "vocabulary"]
