"""Contacts that resource centres have with professionals, by where these work and what the contact was."""

from reports.statistics.definitions import YEAR, Chart, Dimension, Facts, Text
from reports.statistics.disclosure.policy import Count, DisclosurePolicy
from reports.statistics.follow_up import coded, follow_up_table, summed
from reports.statistics.live import PROTECTED
from reports.statistics.question import Question
from reports.statistics.returns import (
    ONLY_STANDING,
    PROFESSIONAL_CONTACTS,
    READERS,
    SOURCE,
    counted,
    finding,
    only_answered,
    rows_of,
    total_of,
    who_answered,
    year_values,
    years,
)
from resurscentra.statistics_form import CONTACT_FORMS, CONTACTS, PROFESSIONALS

ORGANISATION = Dimension("Organisation", Text("Den yrkesverksammas organisation", "The professional's organisation"))
FORM = Dimension("ContactForm", Text("Kontaktens form", "Form of contact"))
_ORGANISATIONS_EN = {
    "socialtjanst": "Social services",
    "skola": "School or preschool",
    "halso_sjukvard": "Health care",
    "polis": "Police",
    "ideella": "Civil society organisation",
    "ovriga_myndigheter": "Other agency",
    "ovriga": "Others",
}
_FORMS_EN = {"phone": "Advice by phone", "consultation": "Joint consultation", "routines": "Help with routines"}


def facts(question: Question) -> Facts:
    """Every year, organisation and form of contact."""
    found = counted(question)
    organisations = coded({code: Text(label, _ORGANISATIONS_EN[code]) for code, label in PROFESSIONALS})
    forms = coded({code: Text(label, _FORMS_EN[code]) for code, label in CONTACT_FORMS})
    period_years = year_values(question, lambda standing: who_answered(standing, CONTACTS))
    codes = {YEAR.id: period_years, ORGANISATION.id: organisations, FORM.id: forms}
    rows = rows_of(found, CONTACTS, PROFESSIONAL_CONTACTS)
    what = Text("kontakter med yrkesverksamma", "contacts with professionals")
    cells = only_answered(summed(codes, (PROFESSIONAL_CONTACTS,), rows), found, CONTACTS)
    return Facts(codes, cells, finding(question, total_of(found, CONTACTS), what))


TABLE = follow_up_table(
    id="returned-contacts-by-year-organisation-and-form",
    title=Text(
        "Kontakter med yrkesverksamma per år, organisation och form",
        "Contacts with professionals by year, organisation and form",
    ),
    description=Text(
        "Resurscentrumens kontakter med yrkesverksamma, efter var de arbetar och vad kontakten mest gällde.",
        "The resource centres' contacts with professionals, by where they work and what the contact mostly was.",
    ),
    dimensions=(YEAR, ORGANISATION, FORM),
    measures=(PROFESSIONAL_CONTACTS,),
    notes=(ONLY_STANDING, PROTECTED),
    source=SOURCE,
    chart=Chart.LINE,
    charted=(PROFESSIONAL_CONTACTS.code,),
    heading=FORM.id,
    facts=facts,
    years=years,
    readers=READERS,
    policy=DisclosurePolicy(measures={PROFESSIONAL_CONTACTS.code: Count("returned_contacts")}),
)
