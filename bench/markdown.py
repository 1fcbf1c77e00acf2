"""Tables of text that are Markdown as well."""

from collections.abc import Sequence


def lined(head: Sequence[str], body: Sequence[Sequence[str]]) -> str:
    """A table whose columns are as wide as their widest cell."""
    rows = [head, *body]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]

    def line(row: Sequence[str]) -> str:
        cells = [
            row[0].ljust(widths[0]),
            *(text.rjust(width) for text, width in list(zip(row, widths, strict=True))[1:]),
        ]
        return f"| {' | '.join(cells)} |"

    rule = (
        "|" + "|".join(f"{'-' * (width + 1)}{'-' if column == 0 else ':'}" for column, width in enumerate(widths)) + "|"
    )
    return "\n".join([line(head), rule, *map(line, body)])
