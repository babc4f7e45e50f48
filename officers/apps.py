from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OfficersConfig(AppConfig):
    name = "officers"
    verbose_name = _("Officers and police services")

    def ready(self) -> None:
        from officers import installation
        from officers.accounts import middleware, security_log

        installation.connect(self)
        middleware.connect()
        security_log.connect()
