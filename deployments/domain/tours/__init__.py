"""Acts on tours of duty: ``from deployments.domain import tours; tours.reserve(...)``.

A module names in ``__all__`` what it adds here: its acts, and what their callers need.
"""

from deployments.domain.tours.accepted import *
from deployments.domain.tours.appraisals import *
from deployments.domain.tours.course import *
from deployments.domain.tours.ends import *
from deployments.domain.tours.extensions import *
from deployments.domain.tours.leave import *
from deployments.domain.tours.many import *
from deployments.domain.tours.new_days import *
from deployments.domain.tours.preparation import *
from deployments.domain.tours.putting_right import *
from deployments.domain.tours.released import *
from deployments.domain.tours.reservations import *
from deployments.domain.tours.roll_call import *
from deployments.domain.tours.successor_rows import *
from deployments.domain.tours.successors import *
