"""Addresses for inviting people and changing what they may do."""

from django.urls import path

from nch.members import views

app_name = "members"
urlpatterns = [
    path("", views.UserListView.as_view(), name="user_list"),
    path("bjud-in/", views.invite_user, name="invite"),
    path("<int:pk>/", views.user_detail, name="user_detail"),
    path("behorighet/<int:pk>/avsluta/", views.end_membership, name="end_membership"),
    path("inbjudan/<int:pk>/ta-bort/", views.withdraw_invitation, name="withdraw_invitation"),
]
