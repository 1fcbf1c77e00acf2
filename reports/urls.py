"""Addresses of statistics and reports."""

from django.urls import path, re_path

from reports.views import reports, support_lines, tables

app_name = "reports"
urlpatterns = [
    path("statistik/", tables.table_list, name="table_list"),
    path("statistik/stodtelefon/", support_lines.dashboard, name="line_dashboard"),
    path("statistik/stodtelefon/mal/<int:pk>/", support_lines.target, name="line_target"),
    path("statistik/stodtelefon/tabell/<slug:table_id>/", support_lines.table, name="line_table"),
    re_path(
        r"^statistik/stodtelefon/tabell/(?P<table_id>[-\w]+)/fil\.(?P<kind>csv|xlsx|json|svg)$",
        support_lines.table_file,
        name="line_table_file",
    ),
    path("statistik/stodtelefon/<slug:slug>/", support_lines.dashboard, name="line_section"),
    path("statistik/<slug:table_id>/", tables.table_detail, name="table_detail"),
    re_path(r"^statistik/(?P<table_id>[-\w]+)/fil\.(?P<kind>csv|json)$", tables.table_file, name="table_file"),
    path("rapporter/", reports.report_list, name="report_list"),
    path("rapporter/<int:pk>/", reports.report_detail, name="report_detail"),
    path("rapporter/<int:pk>/status/", reports.report_status, name="report_status"),
    path("rapporter/<int:pk>/igen/", reports.report_retry, name="report_retry"),
    path("rapporter/<int:pk>/pdf/", reports.report_download, name="report_download"),
]
