"""The published facts, loaded as the demo loads them."""

import datetime

from grants.services.calls import load_published_money
from nch.accounts.enums import Role
from nch.accounts.models import User
from nch.counties.services import load_country
from resurscentra.services import load_known_centres
from stodtelefon.services.reference import load_code_lists, load_published_figures
from tests.factories.accounts import make_user

AT = datetime.datetime(2024, 2, 1, 9, 0, tzinfo=datetime.UTC)


def load_facts() -> User:
    """Load country, figures, money and centres; return the officer who did it."""
    load_country()
    officer = make_user(Role.NCH_OFFICER)
    load_code_lists()
    load_published_figures()
    load_published_money()
    load_known_centres(by=officer, at=AT)
    return officer
