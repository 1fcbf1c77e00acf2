"""The navigation of the pages: each entry names the right that opens it."""

from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from nch.accounts.enums import Right
from nch.accounts.permissions import access_of

LIE_UNDER = {"stodtelefon:own_calendar": "stodtelefon:line_list"}
"""Pages whose address is below another entry than the one that they belong to."""

# Label, URL name, the rights of which one is needed.
ENTRIES: tuple[tuple[str, str, frozenset[Right]], ...] = (
    ("Start", "start", frozenset(Right)),
    ("Bidrag", "grants:call_list", frozenset({Right.SEE_CASES})),
    ("Ansökningar", "grants:application_list", frozenset({Right.SEE_CASES})),
    ("Besluta", "grants:sitting", frozenset({Right.DECIDE})),
    ("Beviljade bidrag", "grants:grant_list", frozenset({Right.SEE_CASES})),
    ("Redovisningar", "grants:report_list", frozenset({Right.SEE_CASES})),
    ("Utbetalningar", "grants:payment_list", frozenset({Right.HANDLE_CASES})),
    ("Kalender", "calendar", frozenset({Right.SEE_CASES})),
    ("Frågor", "conversation_list", frozenset({Right.SEE_CASES})),
    ("Resurscentrum", "resurscentra:centre_list", frozenset({Right.SEE_CENTRES})),
    ("Lägesbilder", "resurscentra:report_overview", frozenset({Right.SEE_CENTRES})),
    ("Statistikinlämning", "resurscentra:return_list", frozenset({Right.SEE_RETURNS})),
    ("Registrera samtal", "stodtelefon:log_call", frozenset({Right.LOG_CALLS})),
    ("Stödtelefon", "stodtelefon:call_list", frozenset({Right.SEE_CALLS})),
    ("Schema och öppettider", "stodtelefon:line_list", frozenset({Right.SEE_CALLS, Right.MANAGE_USERS})),
    ("Importera historik", "stodtelefon:history_list", frozenset({Right.LEAD_LINE})),
    ("Telefonstatistik", "reports:line_dashboard", frozenset({Right.SEE_CALLS, Right.SEE_STATISTICS})),
    ("Kodlistor och vägledning", "stodtelefon:code_lists", frozenset({Right.KEEP_CODES})),
    ("Statistik", "reports:table_list", frozenset({Right.SEE_STATISTICS})),
    ("Utforska statistik", "reports:explore", frozenset(Right)),
    ("Publicering", "reports:release_list", frozenset({Right.PREPARE_RELEASES, Right.SIGN_RELEASES})),
    ("Rapporter", "reports:report_list", frozenset({Right.MAKE_REPORTS})),
    ("Användare", "members:user_list", frozenset({Right.MANAGE_USERS})),
    ("Folkmängd", "population:population", frozenset({Right.KEEP_POPULATION})),
    ("Händelselogg", "audit:event_list", frozenset({Right.READ_LOG})),
)


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Context processor: the entries that the user's rights open, and whether this is the demo."""
    user = getattr(request, "user", None)
    entries: list[dict[str, Any]] = []
    if user is not None and user.is_authenticated:
        access = access_of(user)
        for label, name, rights in ENTRIES:
            if any(access.may(right) for right in rights):
                entries.append({"label": label, "url": _address(name), "current": False})
        # ”Bidrag” lies above ”Ansökningar” in the addresses too: the longest that fits is where one is.
        page = request.resolver_match.view_name if request.resolver_match else ""
        path = _address(LIE_UNDER[page]) if page in LIE_UNDER else request.path
        here = [entry for entry in entries if _leads_to(entry["url"], path)]
        if here:
            max(here, key=lambda entry: len(entry["url"]))["current"] = True
    return {"navigation": entries, "demo_mode": settings.DEMO}


@cache
def _address(name: str) -> str:
    """Where an entry leads: the same for everybody, and every page asks for most of them."""
    return reverse(name)


def _leads_to(url: str, path: str) -> bool:
    return path == url or (url != "/" and path.startswith(url))
