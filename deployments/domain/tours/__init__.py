"""Acts on tours of duty: ``from deployments.domain import tours; tours.reserve(...)``."""

from deployments.domain.tours.appraisals import record_appraisal
from deployments.domain.tours.course import change_dates, check_in, extend, prepare, transfer
from deployments.domain.tours.ends import (
    LateReturnNotAcknowledged,
    cancel,
    close_tour,
    complete,
    curtail,
    reinstate,
    reintegrate,
    repatriate,
)
from deployments.domain.tours.extensions import (
    PARTY_LABELS,
    agree_extension,
    ask_extension,
    decline_extension,
    grant_extension,
)
from deployments.domain.tours.leave import cancel_leave, record_leave
from deployments.domain.tours.many import NewTour, Sweep, insert_tours
from deployments.domain.tours.new_days import OfficerTaken, RoomQuery, TakesNobody, make_room
from deployments.domain.tours.preparation import (
    ChecklistOpen,
    check_off,
    checklist,
    contact_to_call,
    open_words,
    reopen_item,
    set_emergency_contact,
)
from deployments.domain.tours.reservations import confirm, expire_hold, expire_holds, record_tour, reserve
from deployments.domain.tours.roll_call import latest_marks, mark

__all__ = [
    "PARTY_LABELS",
    "ChecklistOpen",
    "LateReturnNotAcknowledged",
    "NewTour",
    "OfficerTaken",
    "RoomQuery",
    "Sweep",
    "TakesNobody",
    "agree_extension",
    "ask_extension",
    "cancel",
    "cancel_leave",
    "change_dates",
    "check_in",
    "check_off",
    "checklist",
    "close_tour",
    "complete",
    "confirm",
    "contact_to_call",
    "curtail",
    "decline_extension",
    "expire_hold",
    "expire_holds",
    "extend",
    "grant_extension",
    "insert_tours",
    "latest_marks",
    "make_room",
    "mark",
    "open_words",
    "prepare",
    "record_appraisal",
    "record_leave",
    "record_tour",
    "reinstate",
    "reintegrate",
    "reopen_item",
    "repatriate",
    "reserve",
    "set_emergency_contact",
    "transfer",
]
