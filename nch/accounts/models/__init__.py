"""People who sign in, what they may, and what they have set up for themselves: one module for each aggregate."""

from nch.accounts.models.api_tokens import ApiToken
from nch.accounts.models.people import Membership, User, UserManager
from nch.accounts.models.saved_views import DefaultView, SavedView

__all__ = ["ApiToken", "DefaultView", "Membership", "SavedView", "User", "UserManager"]
