"""Loading the known centres."""

import datetime

from django.db import transaction

from nch.accounts.models import User
from nch.audit.services import record
from nch.counties.facts import read_facts
from nch.counties.models import County
from nch.counties.services import register_resource_centre
from resurscentra.enums import TargetGroup
from resurscentra.models import CentreFinancing, CentreService, FundingRound, PhasePeriod, ResourceCentre

KNOWN_PHASE_DAY = datetime.date(2023, 12, 31)


@transaction.atomic
def load_known_centres(*, by: User | None, at: datetime.datetime) -> None:
    """Load the sixteen centres of data/resurscentra.csv with round, phase, services and financing.

    The sources tell the phase at the end of 2023 and not when it began, so the phase counts from that day. Runs
    safely again: centres are matched on their name. `by` is None where the system sets itself up.
    """
    counties = {county.code: county for county in County.objects.all()}
    for row in read_facts("resurscentra"):
        organisation = register_resource_centre(county=counties[row["county_code"]], name=row["name"])
        funding_round, _ = FundingRound.objects.get_or_create(
            number=int(row["round"]), defaults={"year": int(row["granted_year"])}
        )
        centre, created = ResourceCentre.objects.update_or_create(
            organisation=organisation,
            defaults={
                "round": funding_round,
                "host": row["host"],
                "organisation_model": row["organisation_model"],
                "own_phone_line": {"yes": True, "no": False}.get(row["own_phone_line"]),
                "note": row["note"],
            },
        )
        if not created:
            continue
        PhasePeriod.objects.create(centre=centre, phase=row["phase_2023_12_31"], valid_from=KNOWN_PHASE_DAY)
        CentreFinancing.objects.create(centre=centre, year=2024, status=row["financing_2024"])
        CentreService.objects.bulk_create(
            CentreService(centre=centre, target_group=group, availability=row[group.value], as_of=KNOWN_PHASE_DAY)
            for group in TargetGroup
        )
        record("centre_registered", by=by, subject=centre, organisation_id=organisation.pk, at=at)
