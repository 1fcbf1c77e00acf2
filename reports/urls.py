"""Addresses of statistics and reports."""

from django.urls import path, re_path

from reports.views import explore, published, releases, reports, support_lines, tables

SWEDISH, ENGLISH = {"language": "sv"}, {"language": "en"}

app_name = "reports"
urlpatterns = [
    path("statistik/", tables.table_list, name="table_list"),
    path("statistik/stodtelefon/", support_lines.dashboard, name="line_dashboard"),
    path("statistik/stodtelefon/mal/<int:pk>/", support_lines.target, name="line_target"),
    path("statistik/stodtelefon/tabell/<slug:table_id>/", support_lines.table, name="line_table"),
    re_path(
        r"^statistik/stodtelefon/tabell/(?P<table_id>[-\w]+)/fil\.(?P<kind>csv|xlsx|json)$",
        support_lines.table_file,
        name="line_table_file",
    ),
    re_path(
        r"^statistik/stodtelefon/tabell/(?P<table_id>[-\w]+)/(?P<name>figur|karta|lan)\.(?P<kind>svg|png)$",
        support_lines.table_figure,
        name="line_table_figure",
    ),
    path("statistik/stodtelefon/<slug:slug>/", support_lines.dashboard, name="line_section"),
    path("statistik/utforska/", explore.explore_list, name="explore"),
    path("statistik/utforska/<slug:table_id>/", explore.explore_table, name="explore_table"),
    re_path(
        r"^statistik/utforska/(?P<table_id>[-\w]+)/fil\.(?P<kind>csv|xlsx|px|json|svg|png)$",
        explore.explore_file,
        name="explore_file",
    ),
    path("statistik/publicerat/", published.public_tables, SWEDISH, name="public_tables"),
    path("statistik/publicerat/<slug:table_id>/", published.public_table, SWEDISH, name="public_table"),
    re_path(
        r"^statistik/publicerat/(?P<table_id>[-\w]+)/(?P<name>figur|karta|lan)\.(?P<kind>svg|png)$",
        published.public_figure,
        SWEDISH,
        name="public_figure",
    ),
    path("en/statistics/", published.public_tables, ENGLISH, name="public_tables_en"),
    path("en/statistics/<slug:table_id>/", published.public_table, ENGLISH, name="public_table_en"),
    re_path(
        r"^en/statistics/(?P<table_id>[-\w]+)/(?P<name>figure|map|counties)\.(?P<kind>svg|png)$",
        published.public_figure,
        ENGLISH,
        name="public_figure_en",
    ),
    path("statistik/publicering/", releases.release_list, name="release_list"),
    path("statistik/publicering/ny/", releases.release_create, name="release_create"),
    path("statistik/publicering/forbereds/<int:pk>/", releases.preparation_detail, name="preparation_detail"),
    path("statistik/publicering/forbereds/<int:pk>/status/", releases.preparation_status, name="preparation_status"),
    path("statistik/publicering/forbereds/<int:pk>/igen/", releases.preparation_again, name="preparation_again"),
    path("statistik/publicering/<int:pk>/", releases.release_detail, name="release_detail"),
    path("statistik/publicering/<int:pk>/godkann/", releases.release_sign, name="release_sign"),
    path("statistik/publicering/<int:pk>/godkann/status/", releases.release_signing, name="release_signing"),
    path("statistik/publicering/<int:pk>/kassera/", releases.release_discard, name="release_discard"),
    path("statistik/publicering/<int:pk>/aterkalla/", releases.release_withdraw, name="release_withdraw"),
    path("statistik/publicering/<int:pk>/<slug:table_id>/", releases.release_table, name="release_table"),
    path("statistik/<slug:table_id>/", tables.table_detail, name="table_detail"),
    re_path(r"^statistik/(?P<table_id>[-\w]+)/fil\.(?P<kind>csv|json)$", tables.table_file, name="table_file"),
    path("rapporter/", reports.report_list, name="report_list"),
    path("rapporter/<int:pk>/", reports.report_detail, name="report_detail"),
    path("rapporter/<int:pk>/status/", reports.report_status, name="report_status"),
    path("rapporter/<int:pk>/igen/", reports.report_retry, name="report_retry"),
    path("rapporter/<int:pk>/pdf/", reports.report_download, name="report_download"),
]
