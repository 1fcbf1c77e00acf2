"""Address of the event log."""

from django.urls import path

from nch.audit import views

app_name = "audit"
urlpatterns = [path("", views.EventListView.as_view(), name="event_list")]
