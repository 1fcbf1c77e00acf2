"""Where published figures come from that somebody has read in: said in a note, beside the table's own source."""

from collections.abc import Iterable

from reports.statistics.definitions import Text


def source_notes(sources: Iterable[str]) -> tuple[Text, ...]:
    """A note that names the sources, each once; none where all figures have the table's own source."""
    named = "; ".join(dict.fromkeys(filter(None, sources)))
    return (Text(f"Källa: {named}.", f"Source: {named}."),) if named else ()
