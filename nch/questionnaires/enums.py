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
    COUNT_GRID = "count_grid", "Tabell med antal"
    TABLE = "table", "Tabell med rader som läggs till"
    COMMENT = "comment", "Kommentar utan personuppgifter"


# Amounts in kronor by rows and columns; the second also works out the overhead.
GRIDS = (QuestionKind.MONEY_GRID, QuestionKind.BUDGET_GRID)

# The kinds that can be added in the form builder. A budget comes with the form that describes its overhead; tables of
# numbers and comments on them belong to returns, whose checks know their codes.
ADDABLE = tuple(
    kind
    for kind in QuestionKind
    if kind not in (QuestionKind.BUDGET_GRID, QuestionKind.COUNT_GRID, QuestionKind.COMMENT)
)


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
