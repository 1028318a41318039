"""The days of named calendars: from lists, ICS files and countries."""

from datetime import date

import pytest
from hypothesis import given, strategies as st

from tickwork.core.timing.calendars import holidays_of, listed
from tickwork.core.timing.ics import from_ics
from tickwork.errors import InvalidSchedule

SPAN = {"first": date(2026, 1, 1), "last": date(2028, 12, 31)}


def ics(*lines: str, event: bool = True) -> str:
    body = ["BEGIN:VEVENT", *lines, "END:VEVENT"] if event else lines
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *body, "END:VCALENDAR"])


def days(*lines: str) -> list[str]:
    return [day.isoformat() for day in from_ics("c", ics(*lines), **SPAN)]


def test_a_list_is_sorted_and_cut_to_its_span() -> None:
    found = listed("c", ["2027-12-25", " 2026-12-25", "2026-12-25", "2031-01-01"], **SPAN)

    assert found == (date(2026, 12, 25), date(2027, 12, 25))


def test_a_day_that_does_not_exist_is_refused() -> None:
    with pytest.raises(InvalidSchedule, match="calendar c: '2026-02-30' is not a day; write it as 2026-12-25"):
        listed("c", ["2026-02-30"], **SPAN)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["DTSTART;VALUE=DATE:20261225"], ["2026-12-25"]),
        (["BEGIN:VALARM", "DURATION:P3D", "END:VALARM", "DTSTART;VALUE=DATE:20261225"], ["2026-12-25"]),
        (["DTSTART;VALUE=DATE:20261225", "DTEND;VALUE=DATE:20261227"], ["2026-12-25", "2026-12-26"]),
        (["DTSTART:20261224T220000Z", "DTEND:20261225T020000Z"], ["2026-12-24", "2026-12-25"]),
        (["DTSTART:20261224T220000", "DTEND:20261225T000000"], ["2026-12-24"]),
        (["DTSTART;VALUE=DATE:20261225", "DURATION:P2D"], ["2026-12-25", "2026-12-26"]),
        (["DTSTART;VALUE=DATE:20001225", "RRULE:FREQ=YEARLY"], ["2026-12-25", "2027-12-25", "2028-12-25"]),
        (
            ["DTSTART;VALUE=DATE:20001126", "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH"],
            ["2026-11-26", "2027-11-25", "2028-11-23"],
        ),
        (
            ["DTSTART;VALUE=DATE:20260101", "RRULE:FREQ=DAILY;COUNT=4", "EXDATE;VALUE=DATE:20260102,20260103"],
            ["2026-01-01", "2026-01-04"],
        ),
        (["DTSTART:20260105T090000Z", "RRULE:FREQ=WEEKLY;UNTIL=20260112T090000Z"], ["2026-01-05", "2026-01-12"]),
        (["DTSTART;VALUE=DATE:20251231", "DURATION:P3D"], ["2026-01-01", "2026-01-02"]),
        (["DTSTART;VALUE=DATE:20260101", "RDATE;VALUE=DATE:20260301"], ["2026-01-01", "2026-03-01"]),
        (["DTSTART;VALUE=DA", " TE:20260101", "SUMMARY:New", "  year"], ["2026-01-01"]),
        (["DTSTART;VALUE=DATE:20260101", "STATUS:CANCELLED"], []),
    ],
)
def test_an_event_closes_the_days_that_it_touches(lines: list[str], expected: list[str]) -> None:
    assert days(*lines) == expected


def test_a_moved_instance_leaves_its_old_day() -> None:
    series = ["UID:a", "DTSTART;VALUE=DATE:20260101", "RRULE:FREQ=DAILY;COUNT=2", "END:VEVENT", "BEGIN:VEVENT"]

    assert days(*series, "UID:a", "RECURRENCE-ID;VALUE=DATE:20260102", "DTSTART;VALUE=DATE:20260105") == [
        "2026-01-01",
        "2026-01-05",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("hello", "calendar c: this is not an ICS file; it has no BEGIN:VCALENDAR"),
        (ics("SUMMARY:x"), "calendar c: line 3: the event cannot be read: it has no DTSTART"),
        (ics("DTSTART:tomorrow"), "line 3: the event cannot be read: 'tomorrow' is not a date"),
        (ics("DTSTART:20260230"), "line 3: the event cannot be read: day is out of range for month"),
        (ics("DTSTART:20260101", "RRULE:FREQ=SECONDLY"), "recurs within a day"),
        (ics("DTSTART:20260101", "RRULE:FREQ=DAILY;INTERVAL=0"), "has no interval"),
        (ics("DTSTART:20260101", "RRULE:EVERY=DAY"), "line 3: the event cannot be read"),
        (ics("DTSTART:20260101", "DTEND:99990101"), "it lasts"),
        (ics("DTSTART:20260101", "DURATION:long"), "DURATION 'long' is not a length"),
        (ics("BEGIN:VEVENT", "DTSTART:20260101", event=False), "line 3: the event has no END:VEVENT"),
    ],
)
def test_what_cannot_be_read_is_refused_by_its_line(text: str, message: str) -> None:
    with pytest.raises(InvalidSchedule) as refused:
        from_ics("c", text, **SPAN)

    assert message in str(refused.value)


@given(
    st.lists(
        st.sampled_from(["DTSTART:", "RRULE:FREQ=", "DTEND:", "EXDATE:"]).flatmap(
            lambda key: st.text("0123456789TZDAILYWEK;=,:", max_size=24).map(lambda rest: key + rest)
        ),
        max_size=4,
    )
)
def test_any_event_is_read_or_refused(lines: list[str]) -> None:
    try:
        found = from_ics("c", ics(*lines), **SPAN)
    except InvalidSchedule:
        return
    assert list(found) == sorted(set(found))


def test_countries_have_holidays() -> None:
    found = holidays_of("nl", "NL", **SPAN)

    assert date(2026, 4, 27) in found
    assert date(2026, 12, 24) not in found
    assert date(2026, 1, 6) in holidays_of("bayern", "DE", subdivision="BY", **SPAN)


@pytest.mark.parametrize(("country", "subdivision"), [("XX", None), ("DE", "XX")])
def test_an_unknown_country_is_refused(country: str, subdivision: str | None) -> None:
    with pytest.raises(InvalidSchedule, match="calendar c: no holidays are known of"):
        holidays_of("c", country, subdivision=subdivision, **SPAN)
