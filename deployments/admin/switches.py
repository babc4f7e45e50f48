"""Acts that switch a wall on or off, and where the desk shows the switches."""

from typing import Any

from django.utils.translation import gettext as gettext_now
from django.utils.translation import gettext_lazy as _

from core.desk.acts import Act
from core.desk.site import desk_site
from deployments.domain import switches
from deployments.domain.verbs.switches import SwitchVerb
from deployments.forms.switches import CountingForm, ProgrammeForm, ReleaseNeedForm
from deployments.models import CountsAgainst, Posting
from deployments.queries.switches import counting_of
from missions.models import Operation
from officers.models import PoliceService


def counting_words(posting: Posting) -> str:
    """ "programme only (ancillary): the reason"; "" where the posting counts against every number."""
    words, reason = counting_of(posting)
    return f"{words} – {reason or gettext_now('no reason is recorded')}" if words else ""


def counting_facts(posting: Posting) -> list[tuple[Any, Any]]:
    return [(_("Counts against"), counting_words(posting) or CountsAgainst.ALL.label)]


desk_site.register_acts(
    [
        Act.of(
            PoliceService,
            SwitchVerb.SET_RELEASE_NEED,
            ReleaseNeedForm,
            switches.set_release_need,
            _("Where release is needed, nobody of the service becomes firm for a day without it."),
        ),
        Act.of(
            Posting,
            SwitchVerb.SET_COUNTING,
            CountingForm,
            switches.set_counting,
            _("A posting that does not count meets no authorized number: the strength board lists it with the reason."),
            possible=lambda posting: not posting.deployments.exists(),
            facts=counting_facts,
        ),
        Act.of(
            Operation,
            SwitchVerb.CHANGE_PROGRAMME,
            ProgrammeForm,
            switches.change_programme,
            _("The other programme's number stands above the operation's from now on."),
            possible=lambda operation: operation.strengths.exists(),
            facts=lambda operation: [(_("Programme"), operation.programme)],
        ),
    ]
)
