"""The component gallery: every page component in every state, with constructed data.

It is what we look at, print, magnify and run axe on when the look changes.
"""

import datetime
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.safestring import SafeString, mark_safe

from nch.common.fields import SearchField
from nch.common.personal_data.fields import NoPersonalDataField

_COUNTIES = [("05", "Östergötlands län"), ("12", "Skåne län"), ("14", "Västra Götalands län"), ("18", "Örebro län")]
_CALLS_PER_YEAR = [(2019, 671), (2020, 580), (2021, 495), (2022, 452), (2023, 395)]


class SampleForm(forms.Form):
    """One field of every kind."""

    title = forms.CharField(label="Rubrik", help_text="Så att den går att känna igen i en lista.")
    description = forms.CharField(label="Beskrivning", widget=forms.Textarea, required=False)
    county = forms.ChoiceField(label="Län", choices=[("", "Välj län"), *_COUNTIES])
    amount = forms.DecimalField(label="Belopp i kronor", help_text="Hela kronor, till exempel 250 000.", localize=True)
    start = forms.DateField(label="Startdatum", help_text="Skriv åååå-mm-dd.")
    phase = forms.ChoiceField(
        label="Vilken fas är resurscentrumet i?",
        choices=[("orientation", "Orientering"), ("development", "Utveckling"), ("operation", "Genomförande")],
        widget=forms.RadioSelect,
    )
    partners = forms.MultipleChoiceField(
        label="Vilka samverkar ni med?",
        help_text="Välj alla som stämmer.",
        choices=[
            ("Primära aktörer", [("social", "Socialtjänst"), ("police", "Polis"), ("care", "Hälso- och sjukvård")]),
            ("Andra aktörer", [("school", "Skola"), ("civil", "Civilsamhälle")]),
        ],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    plan = forms.FileField(label="Projektplan", help_text="PDF eller Word.")
    decided = forms.SplitDateTimeField(label="Beslutat", required=False, help_text="Datum och klockslag.")
    locked = forms.CharField(label="Diarienummer", disabled=True, required=False, initial="123-2026")
    certified = forms.BooleanField(
        label="Jag intygar att uppgifterna stämmer", help_text="Intyget sparas med ditt namn och tidpunkten."
    )


class SampleNoteForm(forms.Form):
    """A free text that may hold no personal data."""

    note = NoPersonalDataField(
        label="Kort anteckning", help_text="Högst 500 tecken. Skriv inga personuppgifter.", required=False
    )


class SampleSaveForm(forms.Form):
    """What a saved view of a list is asked for."""

    name = forms.CharField(label="Vyns namn")


class SampleFilter(forms.Form):
    """What a list may be filtered by."""

    q = SearchField(label="Sök")
    county = forms.ChoiceField(label="Län", choices=[("", "Alla län"), *_COUNTIES], required=False)
    year = forms.ChoiceField(label="År", choices=[("", "Alla år"), ("2026", "2026"), ("2025", "2025")], required=False)


@dataclass(frozen=True)
class Task:
    title: str
    url: str
    status_label: str
    status_tone: str
    hint: str = ""
    due: datetime.date | None = None


@dataclass(frozen=True)
class Entry:
    at: datetime.datetime
    title: str
    actor: str
    text: str = ""
    url: str = ""


@dataclass(frozen=True)
class File:
    title: str
    url: str
    meta: str


@dataclass(frozen=True)
class Figure:
    title: str
    svg: SafeString
    unit: str
    source: str
    note: str
    columns: list[str]
    rows: list[list[Any]]
    download_links: list[tuple[str, str]] = field(default_factory=list)


def gallery(request: HttpRequest) -> HttpResponse:
    """Show the gallery."""
    now = timezone.now()
    today = timezone.localdate()
    return render(
        request,
        "gallery.html",
        {
            "form": SampleForm(initial={"county": "05", "phase": "development"}, prefix="tom"),
            "wrong_form": _wrong_form(),
            "note_forms": [
                SampleNoteForm(prefix="anteckning"),
                SampleNoteForm({"namn-note": "Flickan Sara nås på 070-174 06 05."}, prefix="namn"),
                SampleNoteForm({"nummer-note": "Pojken, 20090314-9805, går i 8B."}, prefix="nummer"),
            ],
            "filter_form": SampleFilter(request.GET or None),
            "tones": ["neutral", "info", "success", "warning", "danger"],
            "states": [
                ("Utkast", "neutral"),
                ("Inlämnad", "info"),
                ("Beviljad", "success"),
                ("Komplettera", "warning"),
                ("Avslagen", "danger"),
            ],
            "hostile": "<b>Text</b> utifrån",
            "tasks": _tasks(today),
            "rows": [
                ("Östergötlands län", "Inlämnad", "info", today, Decimal("1250000")),
                ("Skåne län", "Komplettera", "warning", today - datetime.timedelta(days=9), Decimal("980500.50")),
                ("Västra Götalands län", "Beviljad", "success", None, None),
            ],
            "page_obj": Paginator(range(312), 25).get_page(request.GET.get("page")),
            "list_tools": {"views": [], "save_form": SampleSaveForm(prefix="vy"), "user_id": None},
            "single_page": Paginator(range(3), 25).get_page(1),
            "empty_page": Paginator([], 25).get_page(1),
            "entries": [
                Entry(
                    now,
                    "Beslut fattat",
                    "Karin Lindqvist",
                    "Beviljas 1 250 000 kronor.\n\nSkälen står i beslutet.",
                    "#b",
                ),
                Entry(now - datetime.timedelta(days=3), "Ansökan inlämnad", "Åsa Öberg"),
                Entry(now - datetime.timedelta(days=40), "Utlysningen öppnade", "Systemet"),
            ],
            "files": [
                File("Projektplan för regionalt resurscentrum.pdf", "#f1", "PDF, 1,2 MB"),
                File("budget_2026_2027.xlsx", "#f2", "Excel, 48 kB"),
            ],
            "figure": _figure(),
            "pairs": [("Diarienummer", "123-2026"), ("Sökande", "Länsstyrelsen Skåne"), ("Beslutat", None)],
            "long_label": "Nationellt centrum mot hedersrelaterat våld och förtryck vid Länsstyrelsen Östergötland",
        },
    )


def _wrong_form() -> SampleForm:
    form = SampleForm(
        {"fel-title": "", "fel-amount": "tolv", "fel-start": "i morgon", "fel-partners": ["social"]},
        MultiValueDict({"fel-plan": [SimpleUploadedFile("tom.pdf", b"")]}),
        prefix="fel",
    )
    form.full_clean()
    form.add_error(None, "Slutdatumet ligger före startdatumet.")
    return form


def _tasks(today: datetime.date) -> list[Task]:
    def day(days: int) -> datetime.date:
        return today + datetime.timedelta(days=days)

    return [
        Task("Lägesbild 2026 för Skåne", "#1", "Ej påbörjad", "neutral", "Begärd för 12 dagar sedan", day(-3)),
        Task("Ekonomisk redovisning 2025", "#2", "Utkast", "info", "Sparad av Åsa Öberg i går", day(0)),
        Task("Komplettera ansökan, dnr 123-2026", "#3", "Komplettera", "warning", "", day(1)),
        Task("Bedöm ansökan från Länsstyrelsen Örebro", "#4", "Att göra", "neutral", "", day(20)),
        Task("Statistik för mars", "#5", "Klar", "success"),
    ]


def _figure() -> Figure:
    width, top = 80, 671
    bars = "".join(
        f'<rect x="{x}" y="{200 - height}" width="{width}" height="{height}" fill="#1f5f6b"/>'
        f'<text x="{x + 40}" y="222" font-size="15" text-anchor="middle">{year}</text>'
        f'<text x="{x + 40}" y="{192 - height}" font-size="15" text-anchor="middle">{calls}</text>'
        for x, height, year, calls in (
            (60 + index * 110, calls * 180 // top, year, calls) for index, (year, calls) in enumerate(_CALLS_PER_YEAR)
        )
    )
    svg = f'<svg viewBox="0 -10 620 245" width="620" role="img"><title>Stapeldiagram</title>{bars}</svg>'
    return Figure(
        title="Samtalen till stödtelefonen blir färre för varje år",
        svg=mark_safe(svg),  # noqa: S308 - made of our own numbers just above
        unit="Antal samtal per år",
        source="NCH, konstruerade uppgifter",
        note="Återkommande samtal om samma ärende räknas var för sig.",
        columns=["År", "Samtal", "Andel med känt län"],
        rows=[[str(year), calls, ".." if year == 2019 else "81,5 %"] for year, calls in _CALLS_PER_YEAR],
        download_links=[("Excel", "#x"), ("CSV", "#c"), ("JSON-stat", "#j")],
    )
