"""Addresses of the support line, below /stodtelefon/."""

from django.urls import path

from stodtelefon import views

app_name = "stodtelefon"
urlpatterns = [
    path("", views.call_list, name="call_list"),
    path("logga/", views.log_call, name="log_call"),
    path("samtal/<int:pk>/", views.call_detail, name="call_detail"),
]
