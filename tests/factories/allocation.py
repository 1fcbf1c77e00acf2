"""A round whose money is to be shared out."""

from decimal import Decimal

from django.utils import timezone

from grants.models import AllocationPlan, Application
from grants.selectors.allocation import Wish, basis_of
from grants.services.allocation import save_plan
from nch.accounts.enums import Role
from tests.factories.accounts import make_county, make_organisation, make_user
from tests.factories.grants import assess, make_call, make_submitted

COUNTIES = {"12": "Skåne län", "04": "Södermanlands län", "21": "Gävleborgs län", "05": "Östergötlands län"}


class Round:
    """A call for development money with three counties' assessed applications; Skåne has a centre."""

    def __init__(self, **changes: object) -> None:
        budgets = {2026: Decimal(300_000), 2027: Decimal(300_000)}
        self.call = make_call(**{"is_development_money": True, "budgets": budgets, **changes})
        self.officers = [make_user(Role.NCH_OFFICER) for _ in range(2)]
        self.lead = self.officers[0]
        self.skane, self.sodermanland, self.gavleborg = (
            self.apply(code, score) for code, score in (("12", 5), ("04", 2), ("21", 3))
        )
        make_organisation("resource_centre", county=self.skane.organisation.county)

    def apply(self, code: str, score: int) -> Application:
        board = make_organisation("county_board", county=make_county(code, COUNTIES[code]))
        application = make_submitted(self.call, make_user(Role.COUNTY_SIGNATORY, board))
        assess(application, *self.officers, score=score)
        return application

    def settled(self, **wishes: Wish) -> dict[int, Wish]:
        """Wishes by the application's name here; what the sources differ in is settled by the register."""
        made = {}
        for facts in basis_of(self.lead, self.call).facts:
            made[facts.application.pk] = Wish(has_centre=facts.registered_centre)
        return made | {getattr(self, name).pk: wish for name, wish in wishes.items()}

    def save(self, **wishes: Wish) -> AllocationPlan:
        return save_plan(call=self.call, wishes=self.settled(**wishes), note="", by=self.lead, at=timezone.now())

    def amounts(self, plan: AllocationPlan) -> dict[Application, Decimal]:
        return {
            row.application: sum((amount.amount for amount in row.amounts.all()), Decimal(0)) for row in plan.rows.all()
        }
