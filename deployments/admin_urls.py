"""The desk's acts (/admin/deployments/<record>/<id>/<verb>/) and boards."""

from django.contrib import admin
from django.urls import path, re_path

from deployments.admin import boards, imports
from deployments.admin.act_views import act_view
from deployments.admin.acts import ACTS

urlpatterns = [
    *(path(f"{act.before_number}<int:pk>/{act.verb}/", act_view, {"act": act}, name=act.name) for act in ACTS),
    re_path(
        r"^(?P<kind>operation|mission)/(?P<pk>\d+)/roll-call/$",
        admin.site.admin_view(boards.roll_call),
        name="roll-call",
    ),
    *imports.urlpatterns,
]
