"""The desk's AdminSite: its name, its look, and the account's language (config.middleware)."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _


class PortalAdminSite(admin.AdminSite):
    site_title = _("Deployments desk")
    site_header = _("Deployments desk")
    index_title = _("Desk")
    enable_nav_sidebar = False
