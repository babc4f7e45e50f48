"""Acts on authorised numbers and on terms: ``from deployments.domain import authority; authority.set_strength(...)``.

A module names in ``__all__`` what it adds here: its acts, and what their callers need.
"""

from deployments.domain.authority.effects import *
from deployments.domain.authority.proposals import *
from deployments.domain.authority.records import *
from deployments.domain.authority.records_day import *
from deployments.domain.authority.strengths import *
from deployments.domain.authority.terms import *
