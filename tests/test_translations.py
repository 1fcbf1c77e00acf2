"""The English catalogue is begun: what stands in it has the placeholders of the Swedish text."""

from pathlib import Path

from babel.messages.pofile import read_po

CATALOGUE = Path(__file__).resolve().parents[1] / "locale/en/LC_MESSAGES/django.po"


def test_english_texts_have_the_placeholders_of_the_swedish_ones() -> None:
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file, locale="en", abort_invalid=True)
    translated = [message for message in catalogue if message.id and message.string and any(message.string)]
    assert len(translated) > 50
    faults = [(message.id, str(error)) for message in translated for error in message.check(catalogue)]
    assert faults == []
