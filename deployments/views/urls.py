"""Openings, applying and coordination (under /en/ and /fr/)."""

from django.urls import path

from deployments.views import (
    alerts,
    applying,
    coordinated_releases,
    coordinated_tours,
    coordination,
    openings,
    own_data,
    own_tours,
    self_check,
)

urlpatterns = [
    path("openings/", openings.opening_list, name="openings"),
    path("openings.csv", openings.openings_csv, name="openings-csv"),
    path("openings.atom", openings.openings_atom, name="openings-atom"),
    path("openings.ics", openings.openings_ics, name="openings-ics"),
    path("openings/<slug:reference>/", openings.opening, name="opening"),
    path("openings/<slug:reference>/calendar.ics", openings.opening_ics, name="opening-ics"),
    path("alerts/", alerts.ask, name="alerts"),
    path("alerts/<str:token>/confirm/", alerts.confirm, name="alert-confirm"),
    path("alerts/<str:token>/end/", alerts.end, name="alert-end"),
    path("eligibility/<slug:reference>/", self_check.self_check, name="self-check"),
    path("openings/<slug:reference>/apply/", applying.apply, name="apply"),
    path("my/", applying.my, name="my"),
    path("my/data/", own_data.own_data, name="own-data"),
    path("my/data/export/", own_data.export, name="own-data-export"),
    path("my/data/close/", own_data.close, name="own-data-close"),
    path("my/applications/", applying.my_applications, name="my-applications"),
    path("my/applications/<int:pk>/", applying.my_application, name="my-application"),
    path("my/applications/<int:pk>/<slug:verb>/", applying.act, name="application-act"),
    path("my/applications/<int:pk>/documents/<int:document_pk>/", applying.document, name="application-document"),
    path(
        "my/applications/<int:pk>/documents/<int:document_pk>/remove/",
        applying.remove_document,
        name="application-document-remove",
    ),
    path("my/tours/<int:pk>/", own_tours.my_tour, name="my-tour"),
    path("my/tours/<int:pk>/ask-extension/", own_tours.ask_extension, name="my-tour-ask-extension"),
    path("coordination/", coordination.coordination, name="coordination"),
    path("coordination/<int:pk>/", coordination.coordinated_application, name="coordinated-application"),
    path("coordination/<int:pk>/<slug:verb>/", coordination.coordinate, name="coordinate"),
    path(
        "coordination/<int:pk>/documents/<int:document_pk>/",
        coordination.coordinated_document,
        name="coordinated-document",
    ),
    path("coordination/tours/<int:pk>/", coordinated_tours.coordinated_tour, name="coordinated-tour"),
    path("coordination/tours/<int:pk>/<slug:verb>/", coordinated_tours.decide_extension, name="decide-extension"),
    path("coordination/officers/<int:pk>/give-release/", coordinated_releases.give_release, name="give-release"),
    path("coordination/releases/<int:pk>/withdraw/", coordinated_releases.withdraw_release, name="withdraw-release"),
    path("coordination/releases/<int:pk>/letter/", coordinated_releases.release_letter, name="release-letter"),
    path("coordination/services/<int:service>/deputies/", coordination.deputy, name="deputy"),
    path("coordination/deputies/<int:pk>/end/", coordination.deputy_ends, name="deputy-ends"),
]
