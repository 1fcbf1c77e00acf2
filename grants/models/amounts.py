"""Kronor by year, as applications, decisions and changes all have them."""

from typing import Any

from django.db import models

from grants.enums import CostCategory
from grants.models.fields import KronorField


class YearAmount(models.Model):
    """Kronor in one year. Which rows belong together, and that none is negative, its subclasses say."""

    organisation_path: Any
    year = models.PositiveSmallIntegerField()
    amount = KronorField()

    class Meta:
        abstract = True
        ordering = ["year"]

    def __str__(self) -> str:
        return f"{self.year}: {self.amount}"


class BudgetLine(YearAmount):
    """Kronor in one year for one category of cost."""

    category = models.CharField("kostnadsslag", max_length=30, choices=CostCategory.choices)

    class Meta:
        abstract = True
        ordering = ["year", "pk"]

    def __str__(self) -> str:
        return f"{self.year}, {self.category}: {self.amount}"
