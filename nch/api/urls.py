"""Addresses of the API. Below `api/` every address that does not exist is answered with problem details."""

from django.urls import path, re_path

from nch.api.about import ApiInfoView, DocsView, SchemaView
from nch.api.operations import (
    ApplicationsView,
    ApplicationView,
    DecisionsView,
    DecisionView,
    FinancialReportsView,
    FinancialReportView,
    PaymentsView,
    PaymentView,
)
from nch.api.problems import unknown_path
from nch.api.reference import CallCountsView, CentresView, CountiesView
from nch.api.returns import ReturnSubmissionView, ReturnsView, ReturnView
from nch.api.statistics.catalogue import CatalogueView
from nch.api.statistics.data import DataView
from nch.api.statistics.saved import SavedDataView, SavedQueriesView, SavedQueryView, SavedSelectionView
from nch.api.statistics.tables import (
    CodelistView,
    ConfigView,
    DefaultSelectionView,
    MetadataView,
    TablesView,
    TableView,
)
from nch.api.statistics_returns import (
    StatisticsReturnSubmissionView,
    StatisticsReturnsView,
    StatisticsReturnView,
)

BASE = "api/statistics/v2"
CLOSED = "api/v1"

urlpatterns = [
    path("api-info", ApiInfoView.as_view(), name="api_info"),
    path("api/schema", SchemaView.as_view(), name="api_schema"),
    path("api/dcat", CatalogueView.as_view(), name="api_catalogue"),
    path("api/docs", DocsView.as_view(), name="api_docs"),
    path(f"{BASE}/config", ConfigView.as_view(), name="api_config"),
    path(f"{BASE}/tables", TablesView.as_view(), name="api_tables"),
    path(f"{BASE}/tables/<str:table_id>", TableView.as_view(), name="api_table"),
    path(f"{BASE}/tables/<str:table_id>/metadata", MetadataView.as_view(), name="api_metadata"),
    path(
        f"{BASE}/tables/<str:table_id>/defaultselection", DefaultSelectionView.as_view(), name="api_default_selection"
    ),
    path(f"{BASE}/codelists/<str:codelist_id>", CodelistView.as_view(), name="api_codelist"),
    path(f"{BASE}/tables/<str:table_id>/data", DataView.as_view(), name="api_data"),
    path(f"{BASE}/savedqueries", SavedQueriesView.as_view(), name="api_saved_queries"),
    path(f"{BASE}/savedqueries/<str:query_id>", SavedQueryView.as_view(), name="api_saved_query"),
    path(f"{BASE}/savedqueries/<str:query_id>/data", SavedDataView.as_view(), name="api_saved_data"),
    path(f"{BASE}/savedqueries/<str:query_id>/selection", SavedSelectionView.as_view(), name="api_saved_selection"),
    path(f"{CLOSED}/applications", ApplicationsView.as_view(), name="api_applications"),
    path(f"{CLOSED}/applications/<int:pk>", ApplicationView.as_view(), name="api_application"),
    path(f"{CLOSED}/decisions", DecisionsView.as_view(), name="api_decisions"),
    path(f"{CLOSED}/decisions/<int:pk>", DecisionView.as_view(), name="api_decision"),
    path(f"{CLOSED}/payments", PaymentsView.as_view(), name="api_payments"),
    path(f"{CLOSED}/payments/<int:pk>", PaymentView.as_view(), name="api_payment"),
    path(f"{CLOSED}/financial-reports", FinancialReportsView.as_view(), name="api_financial_reports"),
    path(f"{CLOSED}/financial-reports/<int:pk>", FinancialReportView.as_view(), name="api_financial_report"),
    path(f"{CLOSED}/returns", ReturnsView.as_view(), name="api_returns"),
    path(f"{CLOSED}/returns/<int:pk>", ReturnView.as_view(), name="api_return"),
    path(f"{CLOSED}/returns/<int:pk>/submission", ReturnSubmissionView.as_view(), name="api_return_submission"),
    path(f"{CLOSED}/statistics-returns", StatisticsReturnsView.as_view(), name="api_statistics_returns"),
    path(f"{CLOSED}/statistics-returns/<int:pk>", StatisticsReturnView.as_view(), name="api_statistics_return"),
    path(
        f"{CLOSED}/statistics-returns/<int:pk>/submission",
        StatisticsReturnSubmissionView.as_view(),
        name="api_statistics_return_submission",
    ),
    path(f"{CLOSED}/counties", CountiesView.as_view(), name="api_counties"),
    path(f"{CLOSED}/resource-centres", CentresView.as_view(), name="api_centres"),
    path(f"{CLOSED}/call-counts", CallCountsView.as_view(), name="api_call_counts"),
    re_path(r"^api(?:/(?P<path>.*))?$", unknown_path, name="api_unknown"),
]
