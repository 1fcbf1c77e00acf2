"""The published facts that every installation stands on, the demo's and the real one's."""

from django.db import transaction

from grants.services.calls import load_published_money
from nch.counties.services import load_country
from stodtelefon.services import load_code_lists, load_published_figures


@transaction.atomic
def load_facts() -> None:
    """Bring counties, organisations, code lists and published figures into line with data/; runs safely again."""
    load_country()
    load_published_money()
    load_code_lists()
    load_published_figures()
