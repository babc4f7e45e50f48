"""Makes the portal's own AdminSite the default one, so that every app registers with plain ``@admin.register``."""

from django.contrib import admin
from django.contrib.admin.apps import AdminConfig


class PortalAdminConfig(AdminConfig):
    default_site = "core.desk.site.PortalAdminSite"

    def ready(self) -> None:
        """The desk shows the portal's own records: what packages register beside them keeps secrets and answers any look-up."""
        super().ready()
        from core.desk.model_admin import DeskAdmin

        foreign = [model for model, page in admin.site._registry.items() if not isinstance(page, DeskAdmin)]
        for model in foreign:
            admin.site.unregister(model)
