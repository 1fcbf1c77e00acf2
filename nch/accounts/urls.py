"""Addresses of one's own access and of the demo's sign-in."""

from django.urls import path

from nch.accounts import views

urlpatterns = [
    path("", views.my_access, name="my_access"),
    path("demo/", views.demo_sign_in, name="demo_sign_in"),
]
