"""What a table of grants, reports or centres reads: as far as somebody may see, or what is public where nobody asks."""

from functools import cached_property

from django.db.models import QuerySet

from grants.models import Application
from grants.selectors.statistics import (
    DueReports,
    MoneyFact,
    call_titles,
    counted_applications_for,
    due_reports_of,
    money_of,
    publicly_decided_applications,
)
from nch.accounts.models import User
from nch.accounts.permissions import access_of
from nch.counties.enums import OrganisationKind
from resurscentra.models import SituationReport, StatisticsReturn, Theme
from resurscentra.selectors import AskedReport, CentreHistory, asked_reports, centre_histories, reports_for, themes
from resurscentra.selectors.returns import ReturnedStatistics, returned_statistics, returns_for


class Reach:
    """The facts within somebody's reach, each kind read once; without `by` those that a release may tell.

    A release tells of decisions that are signed and of nothing before them, and of lägesbilder that are handed in.
    """

    def __init__(self, by: User | None = None) -> None:
        self.by = by

    @cached_property
    def counties(self) -> frozenset[str] | None:
        """The counties of which the facts tell; None for the whole country."""
        if self.by is None:
            return None
        organisations = [one.organisation for one in access_of(self.by).memberships]
        if any(one.kind == OrganisationKind.NCH for one in organisations):
            return None
        return frozenset(one.county_id for one in organisations if one.county_id)

    @cached_property
    def money_by_county(self) -> list[MoneyFact]:
        """Applications and kronor of grants by year and the recipient's county."""
        return money_of(self._applications, "organisation__county")

    @cached_property
    def money_by_call(self) -> list[MoneyFact]:
        """Applications and kronor of grants by year and call."""
        return money_of(self._applications, "call")

    @cached_property
    def call_titles(self) -> dict[int, str]:
        """The calls that the money is of, the first opened first."""
        return call_titles(int(fact.key) for fact in self.money_by_call)

    @cached_property
    def economic_reports(self) -> list[DueReports]:
        """Economic reports that are asked for, counted."""
        return due_reports_of(self._applications)

    @cached_property
    def situation_reports(self) -> list[AskedReport]:
        """Lägesbilder that are asked for."""
        return asked_reports(SituationReport.objects.all() if self.by is None else reports_for(self.by))

    @cached_property
    def returned_statistics(self) -> list[ReturnedStatistics]:
        """What centres have been asked for as statistics, and what they have handed in."""
        return returned_statistics(StatisticsReturn.objects.all() if self.by is None else returns_for(self.by))

    @cached_property
    def themes(self) -> list[Theme]:
        """The themes that lägesbilder are coded in; what they are is public."""
        return list(themes())

    @cached_property
    def centres(self) -> list[CentreHistory]:
        """Every resource centre: what is known of them is public."""
        return centre_histories()

    @cached_property
    def _applications(self) -> QuerySet[Application]:
        return publicly_decided_applications() if self.by is None else counted_applications_for(self.by)
