"""Lengths and moments as people write them."""

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from tickwork.core.clock import DAY, HOUR, MINUTE, SECOND, Instant, iso
from tickwork.core.timing.text import format_duration, parse_duration, parse_instant
from tickwork.errors import InvalidSchedule


@given(st.integers(1, 400 * 366 * DAY))
def test_a_length_reads_back_as_it_was_written(length: int) -> None:
    assert parse_duration(format_duration(length)) == length


@pytest.mark.parametrize(
    ("text", "length"),
    [
        (90, 90 * SECOND),
        (1.5, 1_500_000),
        ("90", 90 * SECOND),
        ("90s", 90 * SECOND),
        ("1h30m", 90 * MINUTE),
        (" 1H 30M ", 90 * MINUTE),
        ("1.5h", 90 * MINUTE),
        ("250ms", 250_000),
        ("2 weeks, 1 day", 15 * DAY),
        ("3 min", 3 * MINUTE),
        ("1 month", 30 * DAY + 10 * HOUR + 30 * MINUTE),
        ("1q", 91 * DAY),
        ("1y", 365 * DAY + 6 * HOUR),
        ("PT1H30M", 90 * MINUTE),
        ("P1DT0.5S", DAY + SECOND // 2),
        ("P2W", 14 * DAY),
    ],
)
def test_the_forms_that_people_write(text: str | float, length: int) -> None:
    assert parse_duration(text) == length


@pytest.mark.parametrize(
    "text",
    ["", " ", "x", "1h30", "-5s", "1 fortnight", "P", "PT", "P1DT", "1e9", "٣s", float("nan"), float("inf"), True],
)
def test_what_is_not_a_length_is_refused_with_its_value(text: str | float) -> None:
    with pytest.raises(InvalidSchedule, match=r"timeout: .* is not a length of time; write 90, 90s, 1h30m or 2d"):
        parse_duration(text, what="timeout")


@pytest.mark.parametrize("text", [0, -1, "0s", "0.0000001s"])
def test_a_length_must_be_longer_than_nothing(text: str | float) -> None:
    with pytest.raises(InvalidSchedule, match="must be longer than nothing"):
        parse_duration(text)


def test_a_length_that_no_calendar_holds_is_refused() -> None:
    with pytest.raises(InvalidSchedule, match="longer than 400 years"):
        parse_duration("999999999 years")


@given(st.text(max_size=20))
def test_any_other_text_is_refused_and_never_breaks(text: str) -> None:
    try:
        length = parse_duration(text)
    except InvalidSchedule as refused:
        message = str(refused)
    else:
        message = f"{length} for {text!r}"
        assert length > 0
    assert repr(text) in message


def test_a_moment_without_an_offset_is_meant_in_the_zone() -> None:
    amsterdam = ZoneInfo("Europe/Amsterdam")

    assert iso(parse_instant("2026-12-24T18:00", amsterdam)) == "2026-12-24T17:00:00Z"
    assert iso(parse_instant("2026-12-24T18:00+05:00", amsterdam)) == "2026-12-24T13:00:00Z"
    assert iso(parse_instant("2026-12-24", amsterdam)) == "2026-12-23T23:00:00Z"


def test_what_is_not_a_moment_is_refused_with_the_form_to_write() -> None:
    with pytest.raises(InvalidSchedule, match="from: 'tomorrow' is not a time; write it as 2026-12-24T18:00"):
        parse_instant("tomorrow", ZoneInfo("UTC"), what="from")


@given(st.integers(0, 4_000_000_000_000_000))
def test_an_instant_reads_back_as_it_was_written(instant: int) -> None:
    assert parse_instant(iso(Instant(instant)) or "", ZoneInfo("UTC")) == instant
