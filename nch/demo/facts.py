"""The published facts that every installation stands on, the demo's and the real one's."""

import datetime

from django.db import transaction

from grants.services.calls import load_published_money
from nch.counties.selectors import national_centre
from nch.counties.services import load_country
from resurscentra.services import load_known_centres
from resurscentra.services.themes import load_themes
from stodtelefon.enums import LineKind
from stodtelefon.services import load_code_lists, load_published_figures, open_line


@transaction.atomic
def load_facts(*, at: datetime.datetime) -> None:
    """Bring counties, organisations, centres, code lists, the national line and published figures into line with data/.

    Runs safely again: what is there already stays as it is.
    """
    load_country()
    load_published_money()
    load_code_lists()
    load_published_figures()
    load_known_centres(by=None, at=at)
    load_themes()
    open_line(
        name="Nationella stödtelefonen",
        organisation=national_centre(),
        kind=LineKind.NATIONAL_PROFESSIONALS,
        by=None,
        at=at,
    )
