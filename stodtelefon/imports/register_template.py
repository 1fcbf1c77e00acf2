"""The workbook that an old register is filled into: its headings, its lists and what to know."""

from collections.abc import Iterator, Mapping
from typing import Any

from nch.accounts.models import User
from nch.common.workbooks import ChoiceList, write_template
from nch.counties.selectors import counties
from stodtelefon.enums import AgeGroup, Channel, CodeKind, Gender, Stage
from stodtelefon.imports.registers import (
    CALLER,
    CHANNEL,
    COLUMNS,
    COUNTY,
    DAY,
    LINE,
    REFERRAL,
    REQUIRED,
    TIME,
    TOPIC,
    led_lines,
)
from stodtelefon.models import Code
from stodtelefon.selectors import codes_by_kind


def register_template(user: User) -> bytes:
    """The workbook to fill in, with the lists as they have been over the years and the lines that the user leads."""
    places = [(county.code, county.name) for county in counties()]
    lists = codes_by_kind()
    choices = [
        ChoiceList("Stödtelefoner", ("Stödtelefon",), [(line.name,) for line in led_lines(user)], offered_in=LINE),
        ChoiceList("Kanaler", ("Kod", "Kanal"), _members(Channel), offered_in=CHANNEL),
        ChoiceList("Den som ringer", *_codes(lists, CodeKind.CALLER_CATEGORY), offered_in=CALLER),
        ChoiceList("Län", ("Kod", "Län"), [*places, ("okänt", "okänt")], offered_in=COUNTY),
        ChoiceList("Frågor", *_codes(lists, CodeKind.TOPIC), offered_in=TOPIC),
        ChoiceList("Råd", *_codes(lists, CodeKind.ADVICE)),
        ChoiceList("Hänvisningar", *_codes(lists, CodeKind.REFERRAL), offered_in=REFERRAL),
        ChoiceList("Åldrar", ("Kod", "Ålder"), _members(AgeGroup)),
        ChoiceList("Kön", ("Kod", "Kön"), _members(Gender)),
        ChoiceList("Utsatthet", ("Kod", "Skrivs så"), list(_written_exposures(lists))),
    ]
    return write_template(
        columns=COLUMNS, instructions=_INSTRUCTIONS, lists=choices, formats={DAY: "yyyy-mm-dd", TIME: "hh:mm"}
    )


def _members(choices: Any) -> list[tuple[str, str]]:
    return [(str(each.value), str(each.label)) for each in choices]


def _codes(
    lists: Mapping[CodeKind, Mapping[str, Code]], kind: CodeKind
) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    rows: list[tuple[str, ...]] = [
        (code.code, code.valid_from.isoformat(), code.valid_to.isoformat() if code.valid_to else "", code.label)
        for code in lists[kind].values()
    ]
    return ("Kod", "Gäller från", "Gäller till och med", kind.label), rows


def _written_exposures(lists: Mapping[CodeKind, Mapping[str, Code]]) -> Iterator[tuple[str, str]]:
    for code in lists[CodeKind.EXPOSURE].values():
        for stage in code.permitted_stages:
            plain = stage == Stage.NONE
            yield (
                code.code if plain else f"{code.code}:{stage.value}",
                code.label if plain else f"{code.label}: {stage.label.lower()}",
            )


_INSTRUCTIONS = (
    "Så fyller du i mallen",
    "En rad för varje gammalt samtal. Skriv aldrig något om enskilda personer: anteckningar ur registret ska inte med.",
    f"Kolumner som måste fyllas i: {', '.join(REQUIRED)}.",
    "Källa är registrets namn, till exempel ”Samtalsregister 2014–2018 (Excel)”. Löpnumret är samtalets i registret.",
    "Källa och löpnummer tillsammans säger vilket samtal det är. Skriv dem likadant om filen läses in igen.",
    "Ett löpnummer har högst sex siffror och högst en bokstav före (17, A17), eller samtalets årtal först (2015-17). "
    "Det får inte kunna vara ett födelsedatum, ett telefonnummer eller ett ärendes nummer.",
    "Stödtelefon kan lämnas tom av den som leder en enda.",
    "Är klockslaget okänt lämnas cellen tom. Samtalet räknas då på sin dag men inte på någon timme.",
    "Är länet okänt skriver du ”okänt”. En tom cell tas inte emot, för okänt län ska vara ett svar.",
    "Uppgifter skrivs som koder eller benämningar ur listorna på de andra bladen. De ska ha gällt på samtalets dag.",
    "Flera råd skrivs med semikolon emellan.",
    "Antal individer är de utsatta som samtalet gällde; lämna tomt eller skriv 0 om frågan var allmän.",
    "Ålder, kön och utsatthet skrivs en gång om den gäller alla, annars en för var och en med semikolon emellan.",
    "En individ med flera slags utsatthet skrivs med plustecken: ”fgm:worry + other; marriage:planned”.",
    "Filen läses in hel eller inte alls. Är något fel visas varje rad med vad som ska ändras.",
    "Du får se vad som är nytt och vad som ändras innan något sparas.",
)
