"""What a service of the chain can refuse, in Swedish for the one who asked."""


class GrantError(Exception):
    """The step cannot be taken; the message says why and is fit to show."""


class YearError(GrantError):
    """A budget year's amount is refused; `year` says which, so that a form can say it where the amount was typed."""

    def __init__(self, message: str, year: int) -> None:
        super().__init__(message)
        self.year = year
