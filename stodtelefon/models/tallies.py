"""Calls added up beforehand."""

from django.db import models
from django.db.models import Q

from stodtelefon.enums import Cut
from stodtelefon.models.lines import SupportLine
from stodtelefon.tallying import Amounts


class CallTally(models.Model):
    """An entry in the tally of one line's calls in one month: added, never changed, and summed up by a task.

    The sum of the entries with the same line, month, cut, keys and mark is the number of calls (and so on) that are
    there: a correction takes the old content away with an entry below zero and adds the new. What the keys of each cut
    are is told in stodtelefon/tallying.py; a key that does not apply is blank.
    """

    organisation_path = "line__organisation"
    line = models.ForeignKey(SupportLine, on_delete=models.PROTECT, related_name="+", db_index=False)
    month = models.DateField("månadens första dag")
    cut = models.CharField("indelning", max_length=12, choices=Cut.choices)
    first_key = models.CharField("första nyckeln", max_length=40, blank=True)
    second_key = models.CharField("andra nyckeln", max_length=40, blank=True)
    third_key = models.CharField("tredje nyckeln", max_length=40, blank=True)
    constructed = models.BooleanField("konstruerade", default=False)
    calls = models.IntegerField("samtal")
    matters = models.IntegerField("frågor", help_text="Samtal som inte gäller samma fråga som ett tidigare samtal.")
    individuals = models.IntegerField("utsatta individer")
    minutes = models.IntegerField("minuter")
    outside_hours = models.IntegerField("utanför öppettiden")
    summed = models.BooleanField("sammanräknad", default=False, help_text="Är summan av flera poster.")

    class Meta:
        ordering = ["pk"]
        verbose_name = "räkning av samtal"
        verbose_name_plural = "räkning av samtal"
        indexes = [
            # With all that is added up, so that sums are read from the index alone: its rows lie together, the table's
            # in the order in which calls came.
            models.Index(
                fields=["cut", "month", "line"],
                include=["first_key", "second_key", "third_key", "constructed", *Amounts._fields],
                name="tallies_of_a_cut",
            ),
            # The share without a county is followed over all years; every page about callers shows it.
            models.Index(
                fields=["month", "line"],
                include=["second_key", "constructed", *Amounts._fields],
                condition=Q(cut=Cut.PLACE, first_key=""),
                name="tallies_without_county",
            ),
            models.Index(fields=["line", "month", "cut"], condition=Q(summed=False), name="tallies_to_sum_up"),
        ]

    def __str__(self) -> str:
        return f"{self.get_cut_display()} {self.month:%Y-%m}"
