"""The addresses of the desk's working pages, below /admin/deployments/."""

from django.contrib import admin
from django.urls import path

from deployments.admin import (
    bulk,
    dossier,
    find_officers,
    letters,
    lists,
    my_day,
    pipeline,
    publication,
    rotation,
    search,
)

desk = admin.site.admin_view
urlpatterns = [
    path("my-day/", desk(my_day.my_day), name="my-day"),
    path("officer/<int:pk>/dossier/", desk(dossier.officer_dossier), name="officer-dossier"),
    path("officer/<int:pk>/dossier.pdf", desk(dossier.officer_dossier_pdf), name="officer-dossier-pdf"),
    path("find-officers/", desk(find_officers.find_officers), name="find-officers"),
    path("find-officers/invite/", desk(find_officers.invite_officers), name="invite-officers"),
    path("search/", desk(search.desk_search), name="desk-search"),
    path("letter/<int:pk>/file/", desk(letters.issued_letter), name="desk-issued-letter"),
    path("letter/<int:pk>/text/", desk(letters.issued_letter_text), name="desk-issued-letter-text"),
    path("lists/", desk(lists.lists), name="lists"),
    path("lists/<slug:name>/", desk(lists.one_list), name="list"),
    path("pipeline/", desk(pipeline.pipelines), name="pipelines"),
    path("posting/<int:pk>/pipeline/", desk(pipeline.pipeline), name="pipeline"),
    path("posting/<int:pk>/bulk/", desk(bulk.bulk), name="bulk"),
    path("<str:kind>/<int:pk>/preview/", desk(publication.preview), name="preview"),
    path("rotation/", desk(rotation.rotations), name="rotations"),
    path("rotation/<int:pk>/", desk(rotation.rotation), name="rotation"),
    path("roster/", desk(pipeline.roster), name="roster"),
]
