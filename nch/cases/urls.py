"""Addresses of what every case has."""

from django.urls import path

from nch.cases import views

urlpatterns = [
    path("", views.start, name="start"),
    path("arenden/", views.CaseListView.as_view(), name="case_list"),
    path("arenden/<int:pk>/", views.case_detail, name="case_detail"),
    path("arenden/<int:pk>/jav/", views.case_declare, name="case_declare"),
    path("arenden/<int:pk>/handlingar/<int:number>/", views.document_download, name="document_download"),
]
