"""Makes the portal's own AdminSite the default one, so that every app registers with plain ``@admin.register``."""

from django.contrib.admin.apps import AdminConfig


class PortalAdminConfig(AdminConfig):
    default_site = "core.desk.site.PortalAdminSite"
