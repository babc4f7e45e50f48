"""Who acts, in the officer's own story."""

from django.utils.translation import gettext_lazy as _

YOU, SERVICE, DESK, MISSION = _("You"), _("Your police service"), _("The desk"), _("The mission")
