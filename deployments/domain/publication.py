"""Publishing an operation or a mission, and taking it off the public pages again."""

from django.db import transaction
from django.utils.translation import gettext as _

from core.actors import Actor
from core.history.acts import record_act
from core.refusals import Refusal, require
from deployments.domain.verbs.publication import MAY_PUBLISH, PublicationVerb
from deployments.limits.days import check_reason
from deployments.models import Application, ApplicationState, Deployment
from missions.models import Mission, Operation, OperationCategory

Published = Operation | Mission


def missing(record: Published) -> list[str]:
    """What a reader of the public pages would miss, in words; empty when ``record`` can be published."""
    found = [] if record.name_en and record.name_fr else [_("the name in both languages")]
    if not (record.summary_en and record.summary_fr):
        found.append(_("the summary in both languages"))
    if isinstance(record, Mission):
        return found if record.operation.is_published else [*found, _("its operation, which is not published")]
    if not record.terms.filter(withdrawn_at=None).exists():
        found.append(_("its terms (status, language, armed or unarmed)"))
    needs_number = record.category == OperationCategory.CURRENT
    if needs_number and not record.strengths.filter(withdrawn_at=None, maximum__isnull=False).exists():
        found.append(_("an authorized number"))
    return found


def still_missing(found: list[str]) -> str:
    """What is missing as one sentence; "" where nothing is."""
    return _("Still missing: %(list)s.") % {"list": "; ".join(found)} if found else ""


@transaction.atomic
def publish(record: Published, *, by: Actor) -> Published:
    """Show ``record`` on the public pages.

    Raises:
        NotPermitted: the actor does not edit operations.
        Refusal: it is published already, or lacks something, all of which is named.

    """
    require(by, MAY_PUBLISH)
    record = _locked(record)
    if record.is_published:
        raise Refusal(_("%(record)s is published already.") % {"record": record}, code="nothing_changes")
    lacking = missing(record)
    if lacking:
        raise Refusal(
            _("Before %(record)s is published, add: %(list)s.") % {"record": record, "list": "; ".join(lacking)},
            code="incomplete",
        )
    return _set(record, True, PublicationVerb.PUBLISH, by=by)


@transaction.atomic
def unpublish(record: Published, *, by: Actor, reason: str) -> Published:
    """Take ``record`` off the public pages: it is a draft again.

    Raises:
        NotPermitted: the actor does not edit operations.
        Refusal: no reason is given, it is a draft already, or somebody applied or has a tour there.

    """
    require(by, MAY_PUBLISH)
    check_reason(reason)
    record = _locked(record)
    if not record.is_published:
        raise Refusal(_("%(record)s is not published.") % {"record": record}, code="nothing_changes")
    if in_use(record):
        raise Refusal(
            _("Somebody applied or has a tour of duty there. Close %(record)s instead.") % {"record": record},
            code="in_use",
        )
    return _set(record, False, PublicationVerb.UNPUBLISH, by=by, reason=reason)


def in_use(record: Published) -> bool:
    """Whether somebody applied there, or has a tour of duty: then it stays published."""
    path = "posting__mission" if isinstance(record, Mission) else "posting__mission__operation"
    applied = Application.objects.exclude(state=ApplicationState.DRAFT).filter(**{path: record})
    return applied.exists() or Deployment.objects.consuming().filter(**{path: record}).exists()


def _locked(record: Published) -> Published:
    return type(record)._default_manager.select_for_update(of=("self",)).get(pk=record.pk)


def _set(record: Published, is_published: bool, verb: PublicationVerb, *, by: Actor, reason: str = "") -> Published:
    record.is_published = is_published
    record.save()
    record_act(record, verb, by=by, reason=reason)
    return record
