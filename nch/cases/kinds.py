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
    TaskKind("komplettera", "Komplettera ansökan", ("complete", "completion")),
    TaskKind("fraga", "Svara på frågor", ("question", "answer-question")),
    TaskKind("lagesbild", "Lämna lägesbild", ("situation-report", "report")),
    TaskKind("redovisa", "Redovisa ekonomin", ("financial-report", "account")),
    TaskKind("betala-tillbaka", "Betala tillbaka", ("repay", "repayment")),
    TaskKind("bedoma", "Bedöma och fördela", ("assess", "reassign", "assess-change", "allocate")),
    TaskKind("foresla", "Föreslå beslut", ("propose", "propose-change")),
    TaskKind("besluta", "Besluta", ("decide", "decide-change")),
    TaskKind("betala", "Betala ut", ("payment", "pay", "approve", "requisition")),
    TaskKind("granska", "Granska redovisningar", ("review", "settle")),
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
