"""Building the system from tables: the same number in two tables, or unchanged since an earlier release, is one cell.

An attacker keeps what was published before. A cell is therefore known by what it counts *and* by its value: where the
value is the same as in an earlier release it is the same cell, and what one release says of it holds in all of them.
Whoever attacks is thus granted the knowledge of which hidden numbers have not been revised.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from reports.statistics.disclosure.links import Links, Sum
from reports.statistics.disclosure.policy import InconsistentTablesError, PolicyError, Reason
from reports.statistics.disclosure.system import Place, Relation, System, SystemCell
from reports.statistics.disclosure.tables import FrozenTable, Identity, InnerRelation, PlacedCell

Key = tuple[Identity, int]


@dataclass
class _Draft:
    threshold: int = 0
    zeros_shown: bool = False
    known: bool = False
    hidden_before: bool = False
    reasons: set[Reason] = field(default_factory=set)
    places: list[Place] = field(default_factory=list)


def build(tables: Sequence[FrozenTable], earlier: Sequence[FrozenTable] = ()) -> System:
    """The system of these tables, to be published together after `earlier`.

    Raises InconsistentTablesError where tables that are published together contradict each other.
    """
    builder = _Builder()
    for table in earlier:
        if table.suppressed is None:
            raise PolicyError(f"{table.cube.table_id}: what was hidden in release {table.release} has to be known")
        builder.add(table, None)
    for place, table in enumerate(tables):
        builder.add(table, place)
    builder.hold()
    now = 1 + max((table.release for table in earlier), default=0)
    for release in sorted({table.release for table in earlier}):
        shown = {one.key: one for one in sorted(earlier, key=lambda one: one.release) if one.release <= release}
        builder.link([(table.release, table) for table in shown.values()], strict=-1)
    latest = {one.key: (one.release, one) for one in sorted(earlier, key=lambda one: one.release)}
    replaced = {table.key for table in tables}
    standing = [pair for key, pair in latest.items() if key not in replaced]
    builder.link([*standing, *((now, table) for table in tables)], strict=now)
    return builder.system()


class _Builder:
    def __init__(self) -> None:
        self.drafts: dict[Key, _Draft] = {}
        self.sums: set[tuple[Key, frozenset[Key]]] = set()

    def add(self, table: FrozenTable, place: int | None) -> None:
        """Take in the cells of a table and its own totals; `place` is None for one that is published already."""
        policy = table.policy
        counts = {cell.flat: cell for cell in table.counts()}
        for flat, cell in counts.items():
            if cell.value is None:
                continue
            draft = self.drafts.setdefault((cell.identity, cell.value), _Draft())
            draft.threshold = max(draft.threshold, policy.threshold)
            draft.zeros_shown |= policy.show_zeros
            if place is None:
                hidden = flat in (table.suppressed or ())
                draft.hidden_before |= hidden
                draft.known |= not hidden
                continue
            draft.places.append((place, flat))
            draft.known |= policy.published_before
            if policy.is_small(cell.value):
                draft.reasons.add(Reason.SMALL)
            respondents = table.respondents_of(flat)
            if respondents is not None and 0 < respondents < policy.minimum_respondents:
                draft.reasons.add(Reason.RESPONDENTS)
        for relation in table.relations():
            self._add_inner(table, counts, relation)

    def hold(self) -> None:
        """Keep hidden what an earlier release hid, though it has been revised, unless by more than the threshold."""
        before: defaultdict[Identity, list[tuple[int, int]]] = defaultdict(list)
        for (identity, value), draft in self.drafts.items():
            if draft.hidden_before and not draft.known:
                before[identity].append((value, draft.threshold))
        for (identity, value), draft in self.drafts.items():
            near = any(abs(value - old) <= threshold for old, threshold in before.get(identity, ()))
            if near and (draft.places or draft.hidden_before):
                draft.reasons.add(Reason.EARLIER)

    def link(self, tables: Sequence[tuple[int, FrozenTable]], *, strict: int) -> None:
        """Relate cells of different tables that stand side by side; those of the release `strict` have to agree."""
        links = Links(tables, strict=strict)
        for one in links.sums():
            self._add_sum(one)

    def system(self) -> System:
        """The finished system."""
        ordered = sorted(self.drafts, key=lambda key: (key[0].order, key[1]))
        index = {key: place for place, key in enumerate(ordered)}
        cells = [self._cell(key, self.drafts[key]) for key in ordered]
        relations: list[Relation] = sorted(
            (
                (index[total], 1),
                *((place, -1) for place in sorted(index[part] for part in parts)),
            )
            for total, parts in self.sums
        )
        _spread(cells, relations)
        return System(tuple(cells), tuple(relations))

    def _cell(self, key: Key, draft: _Draft) -> SystemCell:
        identity, value = key
        reason = next((one for one in Reason if one in draft.reasons), None)
        shown_zero = value == 0 and draft.zeros_shown and bool(draft.places) and reason is None
        return SystemCell(
            identity=identity,
            value=value,
            lower=min(1, value) if draft.zeros_shown and (draft.places or draft.hidden_before) else 0,
            threshold=draft.threshold,
            reason=reason,
            known=draft.known or shown_zero,
            places=tuple(sorted(draft.places)),
        )

    def _add_inner(self, table: FrozenTable, counts: dict[int, PlacedCell], relation: InnerRelation) -> None:
        total = counts[relation.total]
        if total.value is None:
            return
        parts = [counts[flat] for flat in relation.parts]
        known = {one.identity: one.value for one in parts if one.value is not None}
        missing = [one.identity for one in parts if one.value is None]
        left = total.value - (max(known.values(), default=0) if relation.overlapping else sum(known.values()))
        fits = left >= 0 and (relation.overlapping or bool(missing) or left == 0)
        if not fits and not table.policy.published_before and table.suppressed is None:
            raise InconsistentTablesError(
                f"{table.cube.table_id}: the parts by {relation.dimension} do not make up {total.identity}"
            )
        policy = table.policy
        # Printed parts that do not make up their printed total differ by a number that everybody sees: with it, the
        # relation says as much as if they did.
        remainder = _rest_of(total.identity, relation.dimension, missing) if fits and missing else None
        self._add_sum(
            Sum(
                total=(total.identity, total.value),
                parts=tuple(known.items()),
                rest=remainder,
                overlapping=relation.overlapping,
                threshold=policy.threshold,
                zeros_shown=policy.show_zeros,
            )
        )

    def _add_sum(self, one: Sum) -> None:
        if one.overlapping:
            for identity, value in one.parts:
                if value <= one.total[1]:
                    [pair] = identity.codes - one.total[0].codes
                    slack = one.total[0].with_code(f"not {pair[0]}", pair[1]), one.total[1] - value
                    self.drafts.setdefault(slack, _Draft())
                    self.sums.add((one.total, frozenset([(identity, value), slack])))
            return
        parts = list(one.parts)
        if one.rest is not None:
            key = one.rest, one.total[1] - sum(value for _, value in parts)
            draft = self.drafts.setdefault(key, _Draft())
            if one.sensitive and (0 < key[1] <= one.threshold or (key[1] == 0 and not one.zeros_shown)):
                draft.threshold = max(draft.threshold, one.threshold)
                draft.reasons.add(Reason.SMALL)
            parts.append(key)
        self.sums.add((one.total, frozenset(parts)))


def _rest_of(total: Identity, dimension: str, missing: list[Identity]) -> Identity:
    """The cell that stands in no table: the one that is missing, or several of them together."""
    if len(missing) == 1:
        return missing[0]
    codes = sorted(str(sorted(one.codes - total.codes)) for one in missing)
    return total.with_code(f"rest of {dimension}", " ".join(codes))


def _spread(cells: list[SystemCell], relations: list[Relation]) -> None:
    """Mark as known what is in no table and follows from known cells alone: nothing can hide it any more."""
    pending = True
    while pending:
        pending = False
        for relation in relations:
            unknown = [place for place, _ in relation if not cells[place].known]
            if len(unknown) == 1 and not cells[unknown[0]].places:
                one = cells[unknown[0]]
                if one.reason is Reason.EARLIER:
                    continue
                cells[unknown[0]] = SystemCell(
                    one.identity, one.value, one.lower, one.threshold, one.reason, True, one.places
                )
                pending = True
