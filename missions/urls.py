"""Public addresses of missions (under /en/ and /fr/)."""

from django.urls import path

from missions import change_views, help_views, map_views, number_views, operation_files, views

urlpatterns = [
    path("", views.current_operations, name="current-operations"),
    path("operations.csv", views.operations_csv, name="operations-csv"),
    path("operations/<slug:code>/", views.operation, name="operation"),
    path("operations/<slug:code>.svg", operation_files.operation_svg, name="operation-svg"),
    path("operations/<slug:code>.csv", operation_files.operation_csv, name="operation-csv"),
    path("missions/<slug:code>/", views.mission, name="mission"),
    path("compare/", views.compare_days, name="compare"),
    path("changes/", change_views.changes_page, name="changes"),
    path("changes.atom", change_views.changes_atom, name="changes-atom"),
    path("map/", map_views.map_page, name="map"),
    path("map.svg", map_views.map_svg, name="map-svg"),
    path("map.csv", map_views.map_csv, name="map-csv"),
    path("numbers/", number_views.numbers_page, name="numbers"),
    path("numbers.svg", number_views.numbers_svg, name="numbers-svg"),
    path("numbers.csv", number_views.numbers_csv, name="numbers-csv"),
    path("help/", help_views.help_index, name="help-index"),
    path("help/<slug:code>/", help_views.help_page, name="help"),
    path("past-operations/", views.past_operations, name="past-operations"),
]
