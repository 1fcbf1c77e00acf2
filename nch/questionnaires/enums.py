"""What a question can ask for, and the state of a response."""

from django.db.models import TextChoices


class QuestionKind(TextChoices):
    TEXT = "text", "Kort text"
    LONG_TEXT = "long_text", "Lång text"
    CHOICE = "choice", "Ett val"
    MULTIPLE = "multiple", "Flera val"
    YES_NO = "yes_no", "Ja eller nej"
    NUMBER = "number", "Antal"
    MONEY = "money", "Belopp i kronor"
    DATE = "date", "Datum"
    FILE = "file", "Fil"
    MONEY_GRID = "money_grid", "Tabell med belopp i kronor"
    BUDGET_GRID = "budget_grid", "Budget med OH i procent"
    TABLE = "table", "Tabell med rader som läggs till"


# Amounts in kronor by rows and columns; the second also works out the overhead.
GRIDS = (QuestionKind.MONEY_GRID, QuestionKind.BUDGET_GRID)

# The kinds that can be added in the form builder; a budget comes with the form that describes its overhead.
ADDABLE = tuple(kind for kind in QuestionKind if kind != QuestionKind.BUDGET_GRID)


class ColumnType(TextChoices):
    """What the cells of a table's column hold."""

    TEXT = "text", "Text"
    DATE = "date", "Datum"
    NUMBER = "number", "Antal"
    MONEY = "money", "Belopp i kronor"


class ResponseState(TextChoices):
    DRAFT = "draft", "Utkast"
    SUBMITTED = "submitted", "Inlämnad"
    REOPENED = "reopened", "Öppnad för komplettering"
    CLOSED = "closed", "Stängt utkast"
