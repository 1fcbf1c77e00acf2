"""Addresses of what belongs to no app: the gallery, the accessibility statement, rules for the page, health."""

from django.urls import path

from nch.common import views

urlpatterns = [
    path("galleri/", views.gallery, name="gallery"),
    path("tillganglighet/", views.accessibility_statement, name="accessibility_statement"),
    path("regler/personuppgifter/", views.personal_data_rules, name="personal_data_rules"),
    path("halsa/", views.health, name="health"),
]
