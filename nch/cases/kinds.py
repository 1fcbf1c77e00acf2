"""What kind of thing a task is, by the first part of its key: for grouping, filtering and reminding."""

from dataclasses import dataclass

from django.db.models import Q


@dataclass(frozen=True)
class TaskKind:
    """A kind of task: its code in addresses, what it is called, and the first parts of the keys that belong to it."""

    code: str
    label: str
    prefixes: tuple[str, ...] = ()

    @property
    def condition(self) -> Q:
        """The tasks of the kind."""
        found = Q(pk__in=[])
        for prefix in self.prefixes:
            found |= Q(key__startswith=f"{prefix}:")
        return found


KINDS = (
    TaskKind("soka", "Söka bidrag", ("apply",)),
    TaskKind("komplettera", "Komplettera ansökan", ("completion",)),
    TaskKind("fraga", "Svara på frågor", ("question",)),
    TaskKind("lamna", "Lämna lägesbild eller statistik", ("situation-report", "statistics-return", "planned-report")),
    TaskKind("redovisa", "Redovisa ekonomin", ("financial-report",)),
    TaskKind("betala-tillbaka", "Betala tillbaka", ("repay",)),
    TaskKind("bedoma", "Bedöma", ("assess", "completion-read", "reassign", "assess-change")),
    TaskKind("foresla", "Föreslå beslut", ("propose",)),
    TaskKind("besluta", "Besluta", ("decide",)),
    TaskKind(
        "betala",
        "Betala ut och bokföra",
        ("prepare-payment", "approve-payment", "pay-payment", "register-repayment"),
    ),
    TaskKind("granska", "Granska redovisningar", ("review-substance", "review-sums", "settle")),
    TaskKind("rattad-statistik", "Läsa rättad statistik", ("read-statistics",)),
    TaskKind("vagledning", "Se över vägledning", ("guidance-review",)),
    TaskKind("brev", "Brev som inte kom fram", ("mail",)),
)
OTHER = TaskKind("ovrigt", "Övrigt")
ALL_KINDS = (*KINDS, OTHER)
KIND_CHOICES = [(kind.code, kind.label) for kind in ALL_KINDS]
_BY_PREFIX = {prefix: kind for kind in KINDS for prefix in kind.prefixes}
_BY_CODE = {kind.code: kind for kind in KINDS}


def kind_of(key: str) -> TaskKind:
    """The kind of the task with this key; what no row of the table names is OTHER."""
    return _BY_PREFIX.get(key.partition(":")[0], OTHER)


def of_kind(code: str) -> Q:
    """The tasks of a kind, for a filter."""
    if code in _BY_CODE:
        return _BY_CODE[code].condition
    known = Q(pk__in=[])
    for kind in KINDS:
        known |= kind.condition
    return ~known
