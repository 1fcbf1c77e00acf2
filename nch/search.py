"""Search over everything one may see: each kind of thing through its own selector, so that no hit is another's."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib.auth.decorators import login_required
from django.db.models import Count, F, Q, QuerySet, Window
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from grants.selectors.applications import applications_for
from grants.selectors.calls import calls_for
from grants.selectors.grants import grants_for
from grants.selectors.matching import application_fits, call_fits, grant_fits, payment_fits
from grants.selectors.payments import payments_for
from nch.accounts.doors import signed_in
from nch.accounts.models import User
from nch.cases.matching import all_words, case_fits, conversation_fits
from nch.cases.selectors import cases_for, conversations_for, documents_for, shown_in
from nch.common.formats import format_date, format_kronor

SHOWN = 5
"""Hits shown of each kind; the rest is a link away."""


@dataclass(frozen=True)
class Hit:
    """One thing that was found: what it is called, where it is, and what tells it from others."""

    title: str
    url: str
    facts: str


@dataclass(frozen=True)
class Group:
    """All hits of one kind: how many there are, the first of them, and (where there is one) the list with them all."""

    label: str
    total: int
    hits: Sequence[Hit]
    list_url: str


@dataclass(frozen=True)
class Source:
    """How one kind of thing is searched: what the user may see of it, what fits a text, and how a hit is shown.

    `list_name` is the URL name of the list whose filter `q` means the same thing, `list_query` what else it is asked.
    """

    label: str
    reach: Callable[[User], QuerySet[Any]]
    fits: Callable[[str], Q]
    newest: str
    show: Callable[[Any], Hit]
    list_name: str = ""
    list_query: Mapping[str, str] = field(default_factory=dict)

    def find(self, user: User, text: str) -> Group:
        """The hits of this kind (one query: the number of all of them comes with the first ones)."""
        found = self.reach(user).filter(self.fits(text)).annotate(total_found=Window(Count("pk")))
        rows = list(found.order_by(F(self.newest).desc(nulls_last=True), "-pk")[:SHOWN])
        total = rows[0].total_found if rows else 0
        everything = f"{reverse(self.list_name)}?{urlencode({**self.list_query, 'q': text})}" if self.list_name else ""
        return Group(self.label, total, [self.show(row) for row in rows], everything if total > SHOWN else "")


def _case(case: Any) -> Hit:
    facts = f"{case.organisation}, öppnat {format_date(case.opened_at)}"
    return Hit(f"{case.registration_number} {case.title}", reverse("case_detail", args=[case.pk]), facts)


def _application(application: Any) -> Hit:
    number = application.case.registration_number if application.case else "utkast"
    facts = f"{application.call.title}, {number}, {application.get_state_display().lower()}"
    return Hit(str(application.organisation), reverse("grants:application_detail", args=[application.pk]), facts)


def _call(call: Any) -> Hit:
    facts = f"{call.grantor}, {format_date(call.opens_at)}–{format_date(call.closes_at)}"
    return Hit(call.title, reverse("grants:call_detail", args=[call.pk]), facts)


def _grant(grant: Any) -> Hit:
    facts = f"{grant.call.title}, projekt {grant.project_code}, {format_kronor(grant.granted_total)}"
    return Hit(str(grant.organisation), reverse("grants:grant_detail", args=[grant.pk]), facts)


def _payment(payment: Any) -> Hit:
    title = f"{payment.grant.organisation}, utbetalning {payment.number}"
    voucher = f", verifikation {payment.voucher}" if payment.voucher else ""
    facts = f"{format_kronor(payment.amount)}, {payment.get_state_display().lower()}{voucher}"
    return Hit(title, reverse("grants:grant_detail", args=[payment.grant_id]), facts)


def _document(document: Any) -> Hit:
    url = reverse("document_download", args=[document.case_id, document.number])
    facts = f"Ärende {document.case.registration_number}, {format_date(document.registered_at)}, laddas ner"
    return Hit(document.title, url, facts)


def _conversation(conversation: Any) -> Hit:
    url = reverse("conversation_detail", args=[conversation.pk])
    case = conversation.case
    facts = f"Ärende {case.registration_number}, {case.organisation}, {format_date(conversation.opened_at)}"
    return Hit(conversation.subject, url, facts)


SOURCES = (
    Source("Ärenden", cases_for, case_fits, "opened_at", _case, "case_list"),
    Source("Ansökningar", applications_for, application_fits, "submitted_at", _application, "grants:application_list"),
    Source("Bidrag", grants_for, grant_fits, "opened_at", _grant, "grants:grant_list"),
    Source("Utbetalningar", payments_for, payment_fits, "paid_on", _payment),
    Source("Utlysningar", calls_for, call_fits, "opens_at", _call),
    Source(
        "Handlingar",
        lambda user: shown_in(user, documents_for(user), "case"),
        lambda text: all_words(text, "search_text"),
        "registered_at",
        _document,
    ),
    Source(
        "Frågor",
        lambda user: shown_in(user, conversations_for(user), "case"),
        conversation_fits,
        "opened_at",
        _conversation,
        "conversation_list",
        {"visa": "alla"},
    ),
)


def search(user: User, text: str) -> list[Group]:
    """What the user may see that fits the text, by kind; kinds without hits are left out."""
    return [group for source in SOURCES if (group := source.find(user, text)).total]


class SearchForm(forms.Form):
    """What to look for."""

    q = forms.CharField(
        label="Sök",
        max_length=100,
        help_text="Diarienummer, organisation, utlysning, handling, fråga eller verifikation.",
    )


@login_required
def search_page(request: HttpRequest) -> HttpResponse:
    """Everything that fits, by kind. What was looked for is not kept."""
    form = SearchForm(request.GET if "q" in request.GET else None)
    text = form.cleaned_data["q"] if form.is_valid() else ""
    groups = search(signed_in(request), text) if text else []
    context = {"form": form, "text": text, "groups": groups, "total": sum(group.total for group in groups)}
    return render(request, "search.html", context)
