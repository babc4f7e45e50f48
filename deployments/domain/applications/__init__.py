"""Acts on applications: ``from deployments.domain import applications; applications.submit(...)``.

A module names in ``__all__`` what it adds here: its acts, and what their callers need.
"""

from deployments.domain.applications.assessments import *
from deployments.domain.applications.documents import *
from deployments.domain.applications.endings import *
from deployments.domain.applications.own import *
from deployments.domain.applications.past import *
from deployments.domain.applications.screening import *
from deployments.domain.applications.selections import *
from deployments.domain.applications.services import *
from deployments.domain.applications.taking_back import *
