"""The desk's pages of deployments: acts, boards, postings, tours."""

from deployments.admin import applications, boards, levels, my_day, panels, postings, qualifications, tours, vocabulary

__all__ = ["applications", "boards", "levels", "my_day", "panels", "postings", "qualifications", "tours", "vocabulary"]
