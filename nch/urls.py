"""All addresses of the system."""

from django.urls import include, path

from nch.members.token_views import api_token_withdraw, api_tokens
from nch.members.views import accept_invitation
from nch.search import search_page

urlpatterns = [
    path("", include("nch.cases.urls")),
    path("sok/", search_page, name="search"),
    path("konto/", include("allauth.urls")),
    path("behorighet/nycklar/", api_tokens, name="api_tokens"),
    path("behorighet/nycklar/<int:pk>/aterkalla/", api_token_withdraw, name="api_token_withdraw"),
    path("behorighet/", include("nch.accounts.urls")),
    path("anvandare/", include("nch.members.urls")),
    path("inbjudan/<str:token>/", accept_invitation, name="accept_invitation"),
    path("folkmangd/", include("nch.population.urls")),
    path("logg/", include("nch.audit.urls")),
    path("bidrag/", include("grants.urls")),
    path("resurscentra/", include("resurscentra.urls")),
    path("stodtelefon/", include("stodtelefon.urls")),
    path("", include("reports.urls")),
    path("", include("nch.common.urls")),
    path("", include("nch.api.urls")),
]
