"""The desk's acts (/admin/deployments/<record>/<id>/<verb>/) and boards."""

from django.urls import path

from deployments.admin import imports
from deployments.admin.act_views import act_view
from deployments.admin.acts import ACTS

urlpatterns = [path(f"{act.before_number}<int:pk>/{act.verb}/", act_view, {"act": act}, name=act.name) for act in ACTS]
urlpatterns += imports.urlpatterns
