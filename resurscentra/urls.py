"""Addresses of centres, lägesbilder and statistics returns."""

from django.urls import path

from resurscentra.views import centres, comparison, corrections, reports, returns, rounds, themes, workbooks

app_name = "resurscentra"
urlpatterns = [
    path("", centres.CentreListView.as_view(), name="centre_list"),
    path("<int:pk>/", centres.centre_detail, name="centre_detail"),
    path("lagesbilder/", reports.report_overview, name="report_overview"),
    path("lagesbilder/ny-period/", reports.period_open, name="period_open"),
    path("lagesbilder/koda/", themes.CodingListView.as_view(), name="coding_list"),
    path("lagesbilder/teman/", themes.theme_list, name="theme_list"),
    path("lagesbilder/teman/<int:pk>/andra/", themes.theme_change, name="theme_change"),
    path("lagesbilder/teman/<int:pk>/avsluta/", themes.theme_end, name="theme_end"),
    path("lagesbilder/teman/<int:pk>/angra-avslut/", themes.theme_undo, name="theme_undo"),
    path("lagesbilder/teman/<int:pk>/ta-bort/", themes.theme_remove, name="theme_remove"),
    path("lagesbilder/teman/<slug:name>/nytt/", themes.theme_new, name="theme_new"),
    path("lagesbilder/<int:pk>/", reports.report_detail, name="report_detail"),
    path("lagesbilder/<int:pk>/avsnitt/<slug:section>/", reports.ReportSectionView.as_view(), name="report_section"),
    path("lagesbilder/<int:pk>/historik/", reports.ReportHistoryView.as_view(), name="report_history"),
    path("lagesbilder/<int:pk>/filer/<int:file>/", reports.ReportFileView.as_view(), name="report_file"),
    path("lagesbilder/<int:pk>/teman/", reports.report_code, name="report_code"),
    path("lagesbilder/<int:pk>/lamna-in/", reports.report_submit, name="report_submit"),
    path("statistik/", returns.ReturnListView.as_view(), name="return_list"),
    path("statistik/ny-omgang/", rounds.round_open, name="round_open"),
    path("statistik/omgangar/<int:pk>/ta-tillbaka/", rounds.round_withdraw, name="round_withdraw"),
    path("statistik/jamforelse/", comparison.return_comparison, name="return_comparison"),
    path("statistik/<int:pk>/", returns.return_detail, name="return_detail"),
    path("statistik/<int:pk>/avsnitt/<slug:section>/", returns.ReturnSectionView.as_view(), name="return_section"),
    path("statistik/<int:pk>/historik/", returns.ReturnHistoryView.as_view(), name="return_history"),
    path("statistik/<int:pk>/excel/", workbooks.return_workbook, name="return_workbook"),
    path("statistik/<int:pk>/las-in/", workbooks.return_read_in, name="return_read_in"),
    path("statistik/<int:pk>/lamna-in/", returns.return_submit, name="return_submit"),
    path("statistik/<int:pk>/atersand/", corrections.return_send_back, name="return_send_back"),
    path("statistik/<int:pk>/last/", corrections.return_mark_read, name="return_mark_read"),
]
