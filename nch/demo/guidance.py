"""The demo's guidance, a list that has changed, and telephone numbers of two centres.

The texts are examples: short, general, and no statement of any authority's. The numbers belong to nobody; they are
among those that Post- och telestyrelsen keeps for fiction.
"""

import datetime

from nch.counties.enums import OrganisationKind
from nch.counties.models import Organisation
from nch.demo.cast import Cast
from nch.demo.means import moment
from stodtelefon.enums import CodeKind
from stodtelefon.guidance_text import Link
from stodtelefon.models import Code
from stodtelefon.services.codes import add_code, end_code
from stodtelefon.services.guidance import write_guidance

EXAMPLE = "Exempel på vägledning, inte fastställd av NCH."
PHONES = {"Resurscentrum Heder Skåne": "040-628 04 00", "Resurscentrum Gävleborg": "08-465 004 00"}

LINE = Link("Länsstyrelsernas webbplats om hedersförtryck", "https://www.hedersfortryck.se")
WELFARE = Link("Socialstyrelsen", "https://www.socialstyrelsen.se")
POLICE = Link("Polisen", "https://polisen.se")
TAX_AGENCY = Link("Skatteverket", "https://www.skatteverket.se")
GOVERNMENT = Link("Regeringen och Utrikesdepartementet", "https://www.regeringen.se")

OVERDUE = ("arbetssatt", datetime.date(2026, 10, 30))
"""This guidance should have been reviewed; the others are to be in the autumn of 2027."""

TEXTS: dict[tuple[CodeKind, str], tuple[str, tuple[Link, ...]]] = {
    (CodeKind.TOPIC, "pagaende_arende"): (
        """Börja med att fråga om någon är i fara nu. Då ska den som ringer kontakta polisen på 112.

Be den som ringer att beskriva läget utan namn och andra personuppgifter. Du ger råd, men
den som ringer ansvarar för ärendet.

- Är det ett barn? Den som arbetar i till exempel skola, vård eller socialtjänst ska genast göra en orosanmälan.
- Vänta med att kontakta familjen tills skyddet är bedömt. En kontakt för tidigt kan öka risken.
- Prata med den utsatta i enrum, och med en tolk som inte är släkt eller bekant.
- Risken kan komma från flera personer. Fråga efter syskon.""",
        (WELFARE, POLICE),
    ),
    (CodeKind.TOPIC, "rutiner"): (
        """En rutin ska säga vem som gör vad, i vilken ordning och vem man ringer när ansvarig inte är på plats.

- Hur oro upptäcks och vem den lämnas till samma dag.
- Hur en orosanmälan görs, och när polisen kontaktas.
- Hur skyddade personuppgifter hanteras i register, telefon och post.
- Vilka verksamheter man samverkar med, och vad sekretessen tillåter.

Resurscentrumet i länet kan berätta hur andra kommuner i länet har gjort.""",
        (WELFARE, TAX_AGENCY),
    ),
    (CodeKind.TOPIC, "arbetssatt"): (
        """Kartläggning ger en bild av våldet och av vilka som utövar det.
En riskbedömning görs sedan och följs upp när något ändras.

- Använd en metod som verksamheten är utbildad i.
- Fråga om begränsningar i vardagen: kläder, vänner, fritid, telefon, skola och val av partner.
- Prata med varje syskon för sig.
- Skriv ner vad som sagts och vad som är en bedömning.""",
        (WELFARE, LINE),
    ),
    (CodeKind.EXPOSURE, "marriage"): (
        """Barnäktenskap och tvång att gifta sig är brott. Det gäller även när äktenskapet inte är giltigt enligt lag.

- Fråga om en resa är planerad, och när.
- Ett barn som riskerar att föras utomlands för att giftas bort kan få utreseförbud.
- Socialnämnden ansöker om förbudet, och kan besluta själv om det är bråttom.
- Orosanmälan görs genast om det gäller ett barn.
- Polisanmälan kan göras både före och efter.
- Medla inte med familjen.""",
        (WELFARE, POLICE),
    ),
    (CodeKind.EXPOSURE, "abduction"): (
        """Är resan inte gjord än: tänk på utreseförbud, spärr av pass och kontakt med polisen.

Är personen redan utomlands:
- Socialtjänsten i hemkommunen är den som samordnar.
- Utrikesdepartementet och ambassaden kan ge konsulärt stöd.
- Möjligheterna är mindre om personen också är medborgare i landet.
- Spara meddelanden, resedatum och adresser i ärendet hos den som ringer, inte här.
- Planera för skydd och boende innan personen kommer hem.""",
        (GOVERNMENT, POLICE),
    ),
    (CodeKind.EXPOSURE, "fgm"): (
        """Könsstympning är förbjuden, även när den görs utomlands. Även förberedelser kan vara brott.

- Oro för ett barn: gör en orosanmälan genast. Fråga om resa och om äldre systrar.
- Utreseförbud kan beslutas även vid risk för könsstympning.
- Misstanke om att den är gjord: orosanmälan och kontakt med polisen. Undersökningen görs av vården.
- Vuxna och unga med besvär kan få vård. Det finns specialistmottagningar.
- Använd ord som den utsatta själv använder.""",
        (WELFARE, POLICE),
    ),
    (CodeKind.EXPOSURE, "other"): (
        """Hedersförtryck är ett eget brott sedan 2022: flera brott mot samma person, med hedersmotiv.

- Bedöm skyddet för hela syskonskaran och för en partner.
- Skyddat boende: socialtjänsten ordnar. Barn som följer med har rätt till egen bedömning.
- Skyddade personuppgifter: ansökan görs hos Skatteverket. Polisen kan lämna underlag.
- Pojkar och hbtqi-personer utsätts också, och kan samtidigt vara pressade att bevaka andra.""",
        (POLICE, TAX_AGENCY, WELFARE),
    ),
}


def keep_demo_codes(cast: Cast) -> None:
    """From July 2023 callers are referred to ”Civilsamhället”, so that the year of constructed calls shows a break."""
    lead, at = cast["line-lead"], moment(2023, 5, 2)
    before = Code.objects.get(kind=CodeKind.REFERRAL, code="ideell_organisation")
    last_day = datetime.date(2023, 6, 30)
    successor = add_code(
        kind=CodeKind.REFERRAL,
        letters="civilsamhallet",
        label="Organisation i civilsamhället",
        label_en="Civil society",
        after=before,
        valid_from=last_day + datetime.timedelta(days=1),
        by=lead,
        at=at,
    )
    end_code(code=before, last_day=last_day, successor=successor, by=lead, at=at)


def write_demo_guidance(cast: Cast) -> None:
    """Guidance for every topic and kind of exposure, of which one is overdue for review; and the centres' numbers."""
    lead = cast["line-lead"]
    for (kind, name), (text, links) in TEXTS.items():
        is_overdue = name == OVERDUE[0]
        write_guidance(
            code=Code.objects.get(kind=kind, code=name),
            text=f"{text}\n\n{EXAMPLE}",
            links=links,
            review_on=OVERDUE[1] if is_overdue else datetime.date(2027, 9, 1),
            responsible=lead,
            seen=0,
            by=lead,
            at=moment(2025, 10, 30) if is_overdue else moment(2026, 9, 1),
        )
    for name, phone in PHONES.items():
        Organisation.objects.filter(kind=OrganisationKind.RESOURCE_CENTRE, name=name).update(phone=phone)
