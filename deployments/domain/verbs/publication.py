"""The verbs of publication, for operations and missions. A posting is published by ``open``."""

from django.utils.translation import gettext_lazy as _

from core.history.verbs import Verb
from core.history.verbs import VerbFacts as Facts

MAY_PUBLISH = "missions.change_operation"


class PublicationVerb(Verb):
    PUBLISH = "publish", Facts(_("Published"), _("Publish"), MAY_PUBLISH)
    UNPUBLISH = (
        "unpublish",
        Facts(_("Taken off the public pages"), _("Unpublish"), MAY_PUBLISH, needs_reason=True, is_grave=True),
    )
