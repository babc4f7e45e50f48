"""Letters out: ``from deployments.domain import letters; letters.issue_tour_order(...)``."""

from deployments.domain.letters.contents import *
from deployments.domain.letters.issuing import *
