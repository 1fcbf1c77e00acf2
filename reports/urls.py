"""Addresses of statistics and reports."""

from django.urls import path, re_path

from reports import views

app_name = "reports"
urlpatterns = [
    path("statistik/", views.table_list, name="table_list"),
    path("statistik/<slug:table_id>/", views.table_detail, name="table_detail"),
    re_path(r"^statistik/(?P<table_id>[-\w]+)/fil\.(?P<kind>csv|json)$", views.table_file, name="table_file"),
    path("rapporter/", views.report_list, name="report_list"),
    path("rapporter/<int:pk>/", views.report_detail, name="report_detail"),
    path("rapporter/<int:pk>/status/", views.report_status, name="report_status"),
    path("rapporter/<int:pk>/igen/", views.report_retry, name="report_retry"),
    path("rapporter/<int:pk>/pdf/", views.report_download, name="report_download"),
]
