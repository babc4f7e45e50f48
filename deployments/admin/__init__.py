"""The desk's pages of deployments: acts, boards, postings, tours."""

from deployments.admin import (
    applications,
    assessments,
    boards,
    dossier,
    levels,
    my_day,
    panels,
    postings,
    proposals,
    releases,
    roll_call,
    successors,
    switches,
    tour_events,
    tours,
    vocabulary,
)

__all__ = [
    "applications",
    "assessments",
    "boards",
    "dossier",
    "levels",
    "my_day",
    "panels",
    "postings",
    "proposals",
    "releases",
    "roll_call",
    "successors",
    "switches",
    "tour_events",
    "tours",
    "vocabulary",
]
