"""The officer's own pages (under /en/my/ and /fr/my/)."""

from django.urls import path

from officers.views import dashboard

urlpatterns = [path("", dashboard.my, name="my")]
