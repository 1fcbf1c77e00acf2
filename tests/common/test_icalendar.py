"""iCalendar files that every calendar can read."""

import datetime

from nch.common.icalendar import Event, as_icalendar

NOW = datetime.datetime(2026, 11, 21, 12, tzinfo=datetime.UTC)


def test_lines_are_escaped_and_folded() -> None:
    content = as_icalendar([Event("1@example.se", "Sök; " + "åäö, " * 30, datetime.date(2026, 12, 1))], at=NOW)
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    text = content.decode().replace("\r\n ", "")
    assert "SUMMARY:Sök\\; åäö\\," in text
    assert "DTSTART;VALUE=DATE:20261201" in text
    assert "DTEND" not in text


def test_event_with_a_time_is_written_in_utc_and_blocks_if_asked_to() -> None:
    nine = datetime.datetime(2026, 12, 1, 9, tzinfo=datetime.timezone(datetime.timedelta(hours=1)))
    event = Event("2@example.se", "Pass", nine, nine + datetime.timedelta(hours=3), "https://example.se/", blocks=True)
    text = as_icalendar([event], at=NOW).decode()
    assert "DTSTART:20261201T080000Z\r\nDTEND:20261201T110000Z" in text
    assert "URL:https://example.se/\r\nTRANSP:OPAQUE" in text
    assert "DTSTAMP:20261121T120000Z" in text
