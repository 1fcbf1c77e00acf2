"""What has been read in from before this system: which files, from which registers, and which calls they brought."""

from django.db import models
from django.db.models import Q

from nch.accounts.models import User
from nch.counties.models import Organisation
from stodtelefon.enums import HistoryKind, HistoryState
from stodtelefon.models.calls import SupportCall


class HistoryImport(models.Model):
    """A workbook of old calls or published totals that somebody has ordered to be read in, and what came of it.

    `path` is the kept copy, blank once it has been read. `replaced` is what published totals said before, so that they
    can be put back. `progress` is in per cent, `stage` says in Swedish what is going on, `touched_at` when it last did.
    """

    organisation_path = "organisation"
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField("slag", max_length=10, choices=HistoryKind.choices)
    state = models.CharField("läge", max_length=20, choices=HistoryState.choices, default=HistoryState.ORDERED)
    progress = models.PositiveSmallIntegerField("procent klart", default=0)
    stage = models.CharField("vad som görs", max_length=60, blank=True)
    failure = models.CharField("varför den inte lästes in", max_length=300, blank=True)
    touched_at = models.DateTimeField("senast i gång")
    file_name = models.CharField("fil", max_length=150)
    sha256 = models.CharField("kontrollsumma", max_length=64)
    path = models.CharField(max_length=200, blank=True)
    sources = models.JSONField("källor", default=list)
    rows = models.PositiveIntegerField("rader")
    added = models.PositiveIntegerField("nya", default=0)
    changed = models.PositiveIntegerField("ändrade", default=0)
    unchanged = models.PositiveIntegerField("oförändrade", default=0)
    replaced = models.JSONField("ersatta uppgifter", default=list, blank=True)
    imported_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="inläst av")
    imported_at = models.DateTimeField("inläst")
    withdrawn_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="återkallad av"
    )
    withdrawn_at = models.DateTimeField("återkallad", null=True, blank=True)

    class Meta:
        ordering = ["-imported_at", "-pk"]
        verbose_name = "import av historik"
        verbose_name_plural = "importer av historik"
        constraints = [
            models.CheckConstraint(condition=Q(progress__lte=100), name="history_progress_is_per_cent"),
            models.CheckConstraint(
                condition=Q(state=HistoryState.WITHDRAWN, withdrawn_at__isnull=False)
                | (~Q(state=HistoryState.WITHDRAWN) & Q(withdrawn_at__isnull=True)),
                name="history_withdrawn_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name


class Register(models.Model):
    """An old register of calls, known by the name that its rows give as their source."""

    organisation_path = "organisation"
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    name = models.CharField("källa", max_length=200)

    class Meta:
        ordering = ["organisation", "name"]
        verbose_name = "gammalt register"
        verbose_name_plural = "gamla register"
        constraints = [models.UniqueConstraint(fields=["organisation", "name"], name="register_name_once_a_line_owner")]

    def __str__(self) -> str:
        return self.name


class CallOrigin(models.Model):
    """Where a call comes from that was not logged here: register and running number, which together are its identity.

    `digest` is of what the row said, and `version` the call's version that says the same: from them a later file tells
    what is new, changed or untouched. A withdrawn import lets go of the identity and keeps the row.
    """

    organisation_path = "register__organisation"
    call = models.OneToOneField(SupportCall, on_delete=models.PROTECT, primary_key=True, related_name="origin")
    register = models.ForeignKey(Register, on_delete=models.PROTECT, related_name="origins", db_index=False)
    number = models.CharField("löpnummer", max_length=40)
    brought_by = models.ForeignKey(HistoryImport, on_delete=models.PROTECT, related_name="origins")
    digest = models.CharField("radens kontrollsumma", max_length=64)
    version = models.PositiveSmallIntegerField("samtalets version enligt registret", default=1)
    withdrawn = models.BooleanField("återkallad", default=False)

    class Meta:
        ordering = ["call"]
        verbose_name = "samtalets källa"
        verbose_name_plural = "samtalens källor"
        constraints = [
            models.UniqueConstraint(
                fields=["register", "number"], condition=Q(withdrawn=False), name="register_row_is_one_call"
            )
        ]

    def __str__(self) -> str:
        return f"{self.register}, löpnummer {self.number}"
