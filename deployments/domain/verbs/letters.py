"""The verbs that issue a letter: which record it is about, from which state, and who may."""

from django.utils.translation import gettext_lazy as _

from core.history.verbs import Verb
from core.history.verbs import VerbFacts as Facts
from deployments.domain.verbs.applications import MAY_ASSESS
from deployments.domain.verbs.tours import MAY_DEPLOY, OVER
from deployments.models import ApplicationState, DeploymentState, LetterKind

RUNNING = frozenset(ApplicationState.running_states()) - {ApplicationState.DRAFT}
FIRM = frozenset({DeploymentState.PREPARATION, DeploymentState.IN_MISSION})


class LetterVerb(Verb):
    """The officer is told of none of them: the desk sends the letter."""

    NOMINATION = (
        "issue-nomination",
        Facts(
            _("Letter of nomination issued"),
            _("Issue the letter of nomination"),
            MAY_ASSESS,
            frozenset({ApplicationState.NOMINATED}),
        ),
    )
    RELEASE_REQUEST = (
        "issue-release-request",
        Facts(_("Release request issued"), _("Issue the release request"), MAY_ASSESS, RUNNING),
    )
    TOUR_ORDER = (
        "issue-tour-order",
        Facts(_("Tour order issued"), _("Issue the tour order"), MAY_DEPLOY, FIRM),
    )
    EXTENSION_AGREEMENT = (
        "issue-extension-agreement",
        Facts(_("Extension agreement issued"), _("Issue the extension agreement"), MAY_DEPLOY, FIRM),
    )
    CERTIFICATE = (
        "issue-certificate",
        Facts(_("Certificate of service issued"), _("Issue the certificate of service"), MAY_DEPLOY, OVER),
    )

    @property
    def kind(self) -> LetterKind:
        return LetterKind[self.name]
