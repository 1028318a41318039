"""The calendars that a board brings."""

from datetime import date

import pytest

from tickwork.boards.calendar_keys import CalendarSource


@pytest.mark.parametrize(
    ("said", "source"),
    [
        ("[2026-12-25, 2026-12-26]", CalendarSource(days=(date(2026, 12, 25), date(2026, 12, 26)))),
        ("{days: 2026-12-25}", CalendarSource(days=(date(2026, 12, 25),))),
        ("{country: NL}", CalendarSource(country="NL")),
        ("{country: DE, subdivision: BY, years: 3}", CalendarSource(country="DE", subdivision="BY", years=3)),
        ("{ics: own.ics}", CalendarSource(ics="BEGIN:VCALENDAR\n")),
    ],
)
def test_a_calendar_has_one_source(load, tmp_path, said, source) -> None:
    (tmp_path / "own.ics").write_text("BEGIN:VCALENDAR\n")

    board = load(f"calendars: {{holidays: {said}}}\njobs: {{a: {{shell: x}}}}")

    assert board.calendars == {"holidays": source}


def test_the_file_of_a_calendar_is_one_of_the_boards(load, tmp_path) -> None:
    (tmp_path / "own.ics").write_text("")
    board = load("calendars: {own: {ics: own.ics}}\njobs: {a: {shell: x}}")

    assert board.files == (tmp_path / "tickwork.yaml", tmp_path / "own.ics")


def test_a_board_may_have_nothing_but_calendars(load) -> None:
    assert load("calendars: {own: [2026-12-25]}").jobs == ()


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ("[soon]", "tickwork.yaml:1: calendars.a[0]: 'soon' is not a date; write 2026-12-25"),
        ("{}", "tickwork.yaml:1: calendars.a: needs one of days, ics, country; write [2026-12-25]"),
        ("{country: NL, ics: x}", "tickwork.yaml:1: calendars.a: needs one of days, ics, country"),
        ("{days: [], years: 2}", "tickwork.yaml:1: calendars.a: subdivision and years go with country"),
        ("{ics: missing.ics}", "tickwork.yaml:1: calendars.a: missing.ics: there is no such file"),
        ("christmas", "tickwork.yaml:1: calendars.a: 'christmas' does not fit; write [2026-12-25]"),
        ("{land: NL}", "tickwork.yaml:1: calendars.a.land: is not a key here"),
    ],
)
def test_what_is_no_source_is_told(problems, said, problem) -> None:
    (told,) = problems(f"calendars: {{a: {said}}}\njobs: {{a: {{shell: x}}}}")

    assert told.startswith(problem)


def test_calendars_are_a_table(problems) -> None:
    (told,) = problems("calendars: [a]\njobs: {a: {shell: x}}")

    assert "calendars: a list is not a table; write {holidays: [2026-12-25]" in told
