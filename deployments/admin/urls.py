"""The desk's acts (/admin/deployments/<record>/<id>/<verb>/) and boards."""

from django.contrib import admin
from django.urls import path, re_path

from core.desk.act_views import act_urls
from core.desk.site import desk_site
from deployments.admin import addresses, boards, bulk, import_files, import_jobs, imports, papers, releases, roll_call

desk = admin.site.admin_view
urlpatterns = [
    *act_urls(desk_site.acts),
    path("board/", desk(boards.board), name="strength-board"),
    re_path(
        r"^explain/(?P<kind>programme|operation|mission|posting)-(?P<pk>\d{1,18})/$",
        desk(boards.explain_page),
        name="explain",
    ),
    re_path(
        r"^(?P<kind>operation|mission)/(?P<pk>\d{1,18})/roll-call/$",
        desk(roll_call.roll_call),
        name="roll-call",
    ),
    re_path(
        r"^(?P<kind>operation|mission)/(?P<pk>\d{1,18})/roll-call/acts/$",
        desk(bulk.bulk_tours),
        name="bulk-tours",
    ),
    path("paper/<int:pk>/file/", desk(papers.paper_file), name="desk-paper"),
    path("release/<int:pk>/letter/", desk(releases.letter), name="desk-release-letter"),
    *addresses.urlpatterns,
    *imports.urlpatterns,
    *import_jobs.urlpatterns,
    *import_files.urlpatterns,
]
