"""The columns that the chain shares."""

from django.db import models


class KronorField(models.DecimalField):
    """An amount in kronor and öre."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        kwargs.setdefault("max_digits", 14)
        kwargs.setdefault("decimal_places", 2)
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
