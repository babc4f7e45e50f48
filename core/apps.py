from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = _("History")

    def ready(self) -> None:
        from core import revision
        from core.text.repeated import shorten_wrong_choices

        revision.connect(self)
        shorten_wrong_choices()
