"""Addresses of centres and lägesbilder."""

from django.urls import path

from resurscentra import views

app_name = "resurscentra"
urlpatterns = [
    path("", views.CentreListView.as_view(), name="centre_list"),
    path("<int:pk>/", views.centre_detail, name="centre_detail"),
    path("lagesbilder/", views.report_overview, name="report_overview"),
    path("lagesbilder/ny-period/", views.period_open, name="period_open"),
    path("lagesbilder/<int:pk>/", views.report_detail, name="report_detail"),
    path("lagesbilder/<int:pk>/avsnitt/<slug:section>/", views.ReportSectionView.as_view(), name="report_section"),
    path("lagesbilder/<int:pk>/historik/", views.ReportHistoryView.as_view(), name="report_history"),
    path("lagesbilder/<int:pk>/filer/<int:file>/", views.ReportFileView.as_view(), name="report_file"),
    path("lagesbilder/<int:pk>/lamna-in/", views.report_submit, name="report_submit"),
]
