"""Addresses of the population, below /folkmangd/."""

from django.urls import path

from nch.population import views

app_name = "population"
urlpatterns = [
    path("", views.population, name="population"),
    path("mall/", views.template, name="template"),
    path("las-in/", views.population_confirm, name="population_confirm"),
    path("import/<int:pk>/", views.import_detail, name="import_detail"),
]
