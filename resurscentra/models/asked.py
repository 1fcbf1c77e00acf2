"""What NCH asks the counties for, about a period and by a day."""

from django.db import models

from nch.accounts.models import User
from nch.common.scope import NATIONAL
from nch.questionnaires.models import QuestionnaireVersion


class Asked(models.Model):
    """A period that is asked about, with the form it is answered in, frozen when the period is opened."""

    organisation_path = NATIONAL
    title = models.CharField("rubrik", max_length=100)
    starts_on = models.DateField("från")
    ends_on = models.DateField("till och med")
    due_on = models.DateField("lämnas senast")
    version = models.ForeignKey(QuestionnaireVersion, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True
        ordering = ["-ends_on", "-pk"]

    def __str__(self) -> str:
        return self.title
