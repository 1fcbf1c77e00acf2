"""Sharing a call's money between its applications: who comes first, what each gets, and why. Pure, no database.

The rule is that of the mission 2026–2028 (domain.md §2): where the money is for developing resource centres, counties
that have none come first unless special reasons speak against it; then whoever has the best conditions (the score);
and nobody gets development money in more than four years. Other calls go by the score alone. Amounts are in kronor.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_FLOOR, Decimal

from nch.common.formats import format_kronor, format_number

MOST_YEARS = 4
NOTHING = Decimal(0)
KRONA = Decimal(1)


@dataclass(frozen=True)
class Candidate:
    """An application as the money is shared out.

    `sort_name` decides between equal scores. `asked` maps years to kronor, `fixed` the years whose amount a person (or,
    where it `is_decided`, a signed decision) has settled. `earlier_years` are those in which the applicant has had
    development money. `special_reasons` speak against the priority of an applicant without a centre.
    """

    key: int
    name: str
    sort_name: str
    score: Decimal
    asked: Mapping[int, Decimal]
    has_centre: bool = False
    special_reasons: str = ""
    earlier_years: frozenset[int] = frozenset()
    fixed: Mapping[int, Decimal] = field(default_factory=dict)
    is_decided: bool = False


@dataclass(frozen=True)
class Share:
    """What an application asks for and gets in one year; `barred` where four years have been used up."""

    year: int
    asked: Decimal
    amount: Decimal
    fixed: bool = False
    barred: bool = False


@dataclass(frozen=True)
class Row:
    """An application's place (from 1), what it gets per year, and why, in Swedish."""

    candidate: Candidate
    rank: int
    shares: tuple[Share, ...]
    explanation: str

    @property
    def asked(self) -> Decimal:
        return sum((share.asked for share in self.shares), NOTHING)

    @property
    def amount(self) -> Decimal:
        return sum((share.amount for share in self.shares), NOTHING)


@dataclass(frozen=True)
class YearSum:
    """A year's money and what of it is handed out."""

    year: int
    budget: Decimal
    allotted: Decimal

    @property
    def left(self) -> Decimal:
        return self.budget - self.allotted


@dataclass(frozen=True)
class Allocation:
    """Everybody's row in order of place, and the sum against the budget of every year."""

    rows: tuple[Row, ...]
    years: tuple[YearSum, ...]


@dataclass(frozen=True)
class Problem:
    """What makes an allocation impossible, in Swedish: with one application (`key`), or with a year's fixed amounts."""

    message: str
    key: int | None = None
    year: int | None = None


class ImpossibleAllocationError(ValueError):
    """The fixed amounts or the reasons do not go together with the rules; `problems` says how."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(" ".join(problem.message for problem in problems))
        self.problems = problems


def allocate(
    candidates: Iterable[Candidate], budgets: Mapping[int, Decimal], *, is_development_money: bool
) -> Allocation:
    """Share the budget of every year out, in whole kronor and never above it, whatever order the candidates come in.

    Settled amounts are set aside first. Then each in turn gets what it asks for; the first one that the money does not
    suffice for gets what is left, in whole kronor, and those after it nothing. Raises ImpossibleAllocationError.
    """
    ranked = sorted(candidates, key=lambda candidate: _place(candidate, is_development_money))
    if problems := find_problems(ranked, budgets, is_development_money=is_development_money):
        raise ImpossibleAllocationError(problems)
    shares: dict[int, list[Share]] = {candidate.key: [] for candidate in ranked}
    used = {candidate.key: _settled_years(candidate) for candidate in ranked}
    sums = []
    for year in sorted(budgets):
        left = budgets[year] - sum((candidate.fixed.get(year, NOTHING) for candidate in ranked), NOTHING)
        suffices = True
        for candidate in ranked:
            on_offer = left if suffices else NOTHING
            share = _share(candidate, year, on_offer, used[candidate.key] if is_development_money else set())
            shares[candidate.key].append(share)
            if not share.fixed:
                left -= share.amount
                suffices = suffices and (share.barred or share.amount == share.asked)
            if share.amount:
                used[candidate.key].add(year)
        sums.append(YearSum(year, budgets[year], budgets[year] - left))
    explain = _Explainer(ranked, shares, is_development_money)
    rows = tuple(
        Row(candidate, rank, tuple(shares[candidate.key]), explain(rank, candidate))
        for rank, candidate in enumerate(ranked, start=1)
    )
    return Allocation(rows, tuple(sums))


def find_problems(
    candidates: Sequence[Candidate], budgets: Mapping[int, Decimal], *, is_development_money: bool
) -> list[Problem]:
    """What is wrong with the settled amounts and the reasons; nothing where an allocation can be made."""
    problems = []
    for candidate in candidates:
        for year, amount in sorted(candidate.fixed.items()):
            asked = candidate.asked.get(year, NOTHING)
            if amount > asked and not candidate.is_decided:
                problems.append(
                    Problem(f"{candidate.name} söker {format_kronor(asked)} för {year}.", candidate.key, year)
                )
        if not is_development_money:
            continue
        if candidate.special_reasons and candidate.has_centre:
            text = f"{candidate.name} har resurscentrum. Särskilda skäl skrivs bara för län som saknar ett."
            problems.append(Problem(text, candidate.key))
        if len(_settled_years(candidate)) > MOST_YEARS and not candidate.is_decided and _gives_money(candidate):
            text = f"{candidate.name} skulle få utvecklingsmedel i mer än fyra år."
            problems.append(Problem(text, candidate.key))
    for year, budget in sorted(budgets.items()):
        settled = sum((candidate.fixed.get(year, NOTHING) for candidate in candidates), NOTHING)
        if settled > budget:
            text = (
                f"De bestämda beloppen för {year} är {format_kronor(settled)}, men det finns {format_kronor(budget)}."
            )
            problems.append(Problem(text, year=year))
    return problems


def goes_first(candidate: Candidate, is_development_money: bool) -> bool:
    """Whether the priority of counties without a resource centre holds for the candidate."""
    return is_development_money and not candidate.has_centre and not candidate.special_reasons


def _place(candidate: Candidate, is_development_money: bool) -> tuple[bool, Decimal, str, int]:
    return not goes_first(candidate, is_development_money), -candidate.score, candidate.sort_name, candidate.key


def _settled_years(candidate: Candidate) -> set[int]:
    """Years with development money that the sharing cannot do anything about: those before, and those settled."""
    return set(candidate.earlier_years) | {year for year, amount in candidate.fixed.items() if amount}


def _gives_money(candidate: Candidate) -> bool:
    return any(amount and year not in candidate.earlier_years for year, amount in candidate.fixed.items())


def _share(candidate: Candidate, year: int, left: Decimal, used: set[int]) -> Share:
    asked = candidate.asked.get(year, NOTHING)
    if year in candidate.fixed:
        return Share(year, asked, candidate.fixed[year], fixed=True)
    if asked and len(used) >= MOST_YEARS and year not in used:
        return Share(year, asked, NOTHING, barred=True)
    return Share(year, asked, asked if asked <= left else left.quantize(KRONA, rounding=ROUND_FLOOR))


class _Explainer:
    """Why somebody landed where they did, in Swedish."""

    def __init__(
        self, ranked: Sequence[Candidate], shares: Mapping[int, Sequence[Share]], is_development_money: bool
    ) -> None:
        self.shares, self.is_development_money, self.total = shares, is_development_money, len(ranked)
        self.equals = Counter(self._conditions(candidate) for candidate in ranked)

    def _conditions(self, candidate: Candidate) -> tuple[bool, Decimal]:
        return goes_first(candidate, self.is_development_money), candidate.score

    def __call__(self, rank: int, candidate: Candidate) -> str:
        sentences = [f"Plats {rank} av {self.total}."]
        if self.is_development_money:
            sentences.append(_priority(candidate))
        sentences.append(f"Poäng {format_number(candidate.score, decimals=2)}.")
        equals = self.equals[self._conditions(candidate)] - 1
        if equals:
            others = "en annan ansökan" if equals == 1 else f"{equals} andra ansökningar"
            sentences.append(f"Samma poäng har {others}; då avgör bokstavsordningen.")
        if candidate.is_decided:
            sentences.append("Ansökan är redan beslutad.")
        mine = self.shares[candidate.key]
        had = set(candidate.earlier_years) | {share.year for share in mine if share.amount}
        sentences += [_year(share, candidate, had) for share in mine if share.asked or share.amount]
        return " ".join(sentences)


def _priority(candidate: Candidate) -> str:
    if candidate.has_centre:
        return "Länet har resurscentrum och prövas efter de län som går före."
    if candidate.special_reasons:
        reasons = candidate.special_reasons.rstrip(". \n")
        return f"Länet saknar resurscentrum men går inte före, av särskilda skäl: {reasons}."
    return "Länet saknar resurscentrum och går därför före de län som har ett."


def _year(share: Share, candidate: Candidate, had: set[int]) -> str:
    asked, amount = format_kronor(share.asked), format_kronor(share.amount)
    if share.fixed:
        settled = "är beslutet" if candidate.is_decided else "har handläggaren bestämt beloppet till"
        return f"För {share.year} {settled} {amount} av sökta {asked}."
    if share.barred:
        years = ", ".join(str(year) for year in sorted(had))
        return f"För {share.year} ges inget av sökta {asked}: fyra år med utvecklingsmedel är använda ({years})."
    if share.amount == share.asked:
        return f"För {share.year} ges hela det sökta beloppet, {asked}."
    if share.amount:
        return f"För {share.year} räckte pengarna till {amount} av sökta {asked}."
    return f"För {share.year} räckte pengarna inte till något av sökta {asked}."
