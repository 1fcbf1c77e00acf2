"""Work in the background, once for all: asked for by a person, done by a worker, followed on a page, asked for again.

A kind of work is a subclass of `Work` beside a subclass of `StateMove` whose subject is called `moves` from the other
side. Whoever asks makes a row and sends its number to a task on commit; the task calls `carry_out`. Until then it waits
in the queue, perhaps behind other work, and the page says since when. A worker that dies says nothing more: the page
then tells that nobody has heard of the work for long, and it may be asked for again. So may what has waited longer in
the queue than anything ahead of it can take. A task that the queue delivers anew since its process died takes the work
up at once, but only the first time: work that kills its worker must not kill one after the other.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Any, Final

import structlog
from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q, TextChoices
from django.http import JsonResponse
from django.utils import timezone

from nch.common.formats import format_datetime
from nch.common.scope import NATIONAL
from nch.common.transitions import Transition, TransitionError, move

log = structlog.get_logger(__name__)

SILENT: Final = datetime.timedelta(minutes=5)
"""How long a worker may say nothing before the work may be asked for again. It speaks as often as a second; only a
single page break or linear program that takes longer makes it silent."""

LONGEST_QUEUE: Final = datetime.timedelta(hours=1)
"""How long work may wait for a worker before it may be asked for again. A task whose worker died comes back from the
queue within the hour; what is ahead ends by the time limit of tasks. Should both come, the second changes nothing."""

_LONGEST_FAILURE: Final = 500
_SECONDS_BETWEEN: Final = 1.0

BROKEN: Final = "broken"
REFUSED: Final = "refused"

Tell = Callable[[int, str], None]
"""Takes how many per cent are done and, in Swedish, what is going on."""


class WorkState(TextChoices):
    REQUESTED = "requested", "Väntar i kö"
    WORKING = "working", "Pågår"
    DONE = "done", "Klar"
    FAILED = "failed", "Misslyckades"


UNDER_WAY: Final = (WorkState.REQUESTED, WorkState.WORKING)

TRANSITIONS: Final = (
    Transition(WorkState.REQUESTED, WorkState.WORKING),
    Transition(WorkState.WORKING, WorkState.DONE),
    Transition(WorkState.WORKING, WorkState.FAILED),
    Transition(WorkState.WORKING, WorkState.REQUESTED),
    Transition(WorkState.FAILED, WorkState.REQUESTED),
    Transition(WorkState.REQUESTED, WorkState.FAILED),
)
"""What is under way goes back, or is given up, only when it is stuck."""

_TONES: Final = {
    WorkState.REQUESTED: "neutral",
    WorkState.WORKING: "info",
    WorkState.DONE: "success",
    WorkState.FAILED: "danger",
}


@dataclass(frozen=True)
class Failure:
    """Why work did not go: `reason` in Swedish for its page, `code` for the log.

    The code is that of the refusal where it has one (`code`), else REFUSED, or BROKEN for what nobody expected.
    """

    reason: str
    code: str


class LostClaimError(Exception):
    """Somebody else has the work now: this worker was silent for too long, and what it has made is not wanted."""


class Work(models.Model):
    """What has been asked for and how far it has come.

    `progress` is in per cent, `stage` says in Swedish what is going on and `failure` why it did not go; `touched_at` is
    the last sign of life. `attempt` counts the times that a worker has claimed it, and so tells a worker that has been
    replaced from the one that has the work; `task` is the task that has it.
    """

    organisation_path = NATIONAL
    moves: Any
    state = models.CharField("läge", max_length=20, choices=WorkState.choices, default=WorkState.REQUESTED)
    progress = models.PositiveSmallIntegerField("procent klart", default=0)
    stage = models.CharField("pågår", max_length=100, blank=True)
    failure = models.CharField("fel", max_length=_LONGEST_FAILURE, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="begärd av"
    )
    requested_at = models.DateTimeField("begärd")
    touched_at = models.DateTimeField("senaste livstecken")
    finished_at = models.DateTimeField("avslutad", null=True)
    attempt = models.PositiveSmallIntegerField("försök", default=0)
    task = models.CharField(max_length=36, blank=True)

    class Meta:
        abstract = True
        ordering = ["-requested_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(progress__lte=100), name="%(class)s_progress_is_per_cent"),
            models.CheckConstraint(
                condition=Q(state=WorkState.FAILED, failure__gt="") | (~Q(state=WorkState.FAILED) & Q(failure="")),
                name="failed_%(class)s_says_why",
            ),
        ]

    @property
    def is_under_way(self) -> bool:
        """Whether it waits for a worker or has one."""
        return self.state in UNDER_WAY

    def is_silent(self, at: datetime.datetime) -> bool:
        """Whether a worker began it, and nobody has heard of it for long."""
        return self.state == WorkState.WORKING and self.touched_at < at - SILENT

    def is_stuck(self, at: datetime.datetime) -> bool:
        """Whether nobody seems to have it any more: its worker is silent, or it has waited too long for one."""
        return self.is_silent(at) or (self.state == WorkState.REQUESTED and self.touched_at < at - LONGEST_QUEUE)


@dataclass(frozen=True)
class Standing:
    """How work stands, as its page tells it (templates/components/work.html).

    `queued_since` is there while it waits for a worker; `silent` is what was begun and not heard of since.
    """

    state: str
    label: str
    tone: str
    progress: int
    stage: str
    failure: str
    under_way: bool
    queued_since: datetime.datetime | None
    silent: bool
    may_be_asked_again: bool

    @property
    def stuck(self) -> bool:
        """Whether it may be asked for again though it is under way."""
        return self.under_way and self.may_be_asked_again

    @property
    def words(self) -> str:
        """How far it has come, in a sentence."""
        if self.queued_since is not None:
            return f"Väntar i kö sedan {format_datetime(self.queued_since)}"
        return f"{self.label}: {self.progress} procent{f'. {self.stage}' if self.stage else ''}"

    def answer(self) -> JsonResponse:
        """The same for the page's script (static/js/progress.js)."""
        told = {"state": self.state, "label": self.label, "progress": self.progress, "words": self.words}
        return JsonResponse({**told, "underWay": self.under_way, "stuck": self.stuck})


def standing_of(work: Work, *, at: datetime.datetime) -> Standing:
    """How the work stands at a moment."""
    state = WorkState(work.state)
    return Standing(
        state=state.value,
        label=state.label,
        tone=_TONES[state],
        progress=work.progress,
        stage=work.stage,
        failure=work.failure,
        under_way=work.is_under_way,
        queued_since=work.touched_at if state == WorkState.REQUESTED else None,
        silent=work.is_silent(at),
        may_be_asked_again=work.is_stuck(at) or state == WorkState.FAILED,
    )


def ask_again(work: Work, *, by: Any, at: datetime.datetime, **changes: Any) -> None:
    """Let work wait for a worker anew; whoever calls has checked the right, and sends the task on commit.

    Raises TransitionError unless it failed or is stuck. What waited in the queue stays there: the earlier task may come
    after all, and then the later one finds the work begun.
    """
    if not standing_of(work, at=at).may_be_asked_again:
        raise TransitionError("Det är klart eller pågår just nu och kan inte begäras igen.")
    if work.state == WorkState.REQUESTED:
        _rows(work).filter(pk=work.pk, state=WorkState.REQUESTED).update(touched_at=at, **changes)
        return
    started: dict[str, Any] = {"progress": 0, "stage": "", "failure": "", "finished_at": None, "touched_at": at}
    _move(work, WorkState.REQUESTED, by=by, at=at, **started, **changes)


def give_up(work: Work, *, reason: str, by: Any, at: datetime.datetime) -> None:
    """End work that is stuck, so that other work may take its place. Raises TransitionError where it is not."""
    if not work.is_stuck(at):
        raise TransitionError("Det pågår just nu.")
    _move(work, WorkState.FAILED, by=by, at=at, failure=reason, stage="", touched_at=at, finished_at=at)


class Claim:
    """A worker's hold on work. It is lost once the work has been asked for anew."""

    def __init__(self, work: Work, clock: Callable[[], datetime.datetime]) -> None:
        self.work, self.clock = work, clock
        self._attempt, self._stage, self._told_at = work.attempt, "", 0.0

    def tell(self, per_cent: int, stage: str) -> None:
        """Tell how far the work has come, at most once a second within a stage. Raises LostClaimError."""
        now = monotonic()
        if stage == self._stage and now < self._told_at + _SECONDS_BETWEEN:
            return
        self._stage, self._told_at = stage, now
        self._touch(progress=per_cent, stage=stage)

    @transaction.atomic
    def finish(self, **changes: Any) -> None:
        """End the work as done, in the transaction of what came out of it. Raises LostClaimError."""
        self._end(WorkState.DONE, progress=100, **changes)

    @transaction.atomic
    def fail(self, reason: str, **changes: Any) -> None:
        """End the work as failed. Raises LostClaimError."""
        self._end(WorkState.FAILED, failure=reason[:_LONGEST_FAILURE], **changes)

    def _touch(self, **changes: Any) -> None:
        held = _rows(self.work).filter(pk=self.work.pk, state=WorkState.WORKING, attempt=self._attempt)
        if not held.update(touched_at=self.clock(), **changes):
            raise LostClaimError

    def _end(self, state: WorkState, **changes: Any) -> None:
        self._touch()
        now = self.clock()
        _move(self.work, state, by=self.work.requested_by, at=now, stage="", touched_at=now, finished_at=now, **changes)


def fail(claim: Claim, failure: Failure) -> None:
    """End the work as failed and write nothing more of it."""
    claim.fail(failure.reason)


def carry_out(
    work: Work,
    do: Callable[[Claim], None],
    *,
    stage: str,
    broken: str,
    refusals: tuple[type[Exception], ...] = (),
    failed: Callable[[Claim, Failure], None] = fail,
    task: str = "",
    clock: Callable[[], datetime.datetime] = timezone.now,
) -> None:
    """Claim the work and do it; `do` ends with `Claim.finish`. A second delivery finds it claimed and changes nothing.

    A refusal tells in its own words why it does not go; of anything else that goes wrong `broken` is told, and the log
    keeps it. `task` is the number of the task; `failed` ends the work where there is more to write than the reason.
    """
    claim = _claim(work, stage=stage, task=task, clock=clock)
    if claim is None:
        return
    try:
        try:
            do(claim)
        except LostClaimError:
            raise
        except refusals as error:
            failed(claim, Failure(str(error), getattr(error, "code", REFUSED)))
        except Exception:
            log.exception("work_failed", work=work._meta.label_lower, pk=work.pk)
            failed(claim, Failure(broken, BROKEN))
    except LostClaimError:
        log.warning("work_was_replaced", work=work._meta.label_lower, pk=work.pk)


@transaction.atomic
def _claim(work: Work, *, stage: str, task: str, clock: Callable[[], datetime.datetime]) -> Claim | None:
    now = clock()
    if task and _rows(work).filter(pk=work.pk, state=WorkState.WORKING, task=task).update(
        task="", attempt=F("attempt") + 1, progress=1, stage=stage, touched_at=now
    ):
        log.warning("work_taken_up_after_a_lost_worker", work=work._meta.label_lower, pk=work.pk)
    else:
        started: dict[str, Any] = {"attempt": work.attempt + 1, "progress": 1, "stage": stage}
        try:
            _move(work, WorkState.WORKING, by=work.requested_by, at=now, task=task, touched_at=now, **started)
        except TransitionError:
            return None
    work.refresh_from_db(fields=["state", "attempt", "task", "touched_at"])
    return Claim(work, clock)


def _move(work: Work, to: WorkState, *, by: Any, at: datetime.datetime, **changes: Any) -> None:
    move(work, to=to, transitions=TRANSITIONS, moves=work.moves.model, by=by, at=at, **changes)


def _rows(work: Work) -> models.QuerySet[Any]:
    return type(work)._default_manager.all()
