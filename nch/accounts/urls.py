"""Addresses of one's own access, of saved views and of the demo's sign-in."""

from django.urls import path

from nch.accounts import views

urlpatterns = [
    path("", views.my_access, name="my_access"),
    path("vyer/<int:pk>/", views.view_edit, name="view_edit"),
    path("vyer/<int:pk>/ta-bort/", views.view_delete, name="view_delete"),
    path("vyer/<int:pk>/forst/", views.view_default, name="view_default"),
    path("demo/", views.demo_sign_in, name="demo_sign_in"),
]
