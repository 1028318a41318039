"""Named calendars, by hand and from boards."""

import pytest

from tests.cli.conftest import lines

ICS = """BEGIN:VCALENDAR
BEGIN:VEVENT
UID:1
DTSTART;VALUE=DATE:20261224
RRULE:FREQ=YEARLY;COUNT=3
END:VEVENT
END:VCALENDAR
"""
JOB = "jobs: {a: {shell: x, cron: '@daily', exclude: {calendars: closed}}}\n"


def slots(tickwork, count=2):
    upcoming = tickwork("next", "a", "--count", str(count), "--from", "2026-12-24T00:00Z", "--json").json
    return [view["slot"][:10] for view in upcoming]


def test_a_calendar_comes_from_days_a_file_or_a_country(tickwork, url, tmp_path):
    (tmp_path / "own.ics").write_text(ICS)
    assert tickwork("calendar", "put", "days", "2026-12-25", "2026-12-24").out.strip() == "calendar days has 2 days"
    assert tickwork("calendar", "put", "file", "--ics", "own.ics", "--json").json["days"] == [
        "2026-12-24",
        "2027-12-24",
        "2028-12-24",
    ]
    holidays = tickwork("calendar", "put", "nl", "--country", "NL", "--years", "1", "--json").json["days"]
    assert any(day.endswith("-12-25") for day in holidays)
    assert [view["name"] for view in tickwork("calendar", "ls", "--json").json] == ["days", "file", "nl"]
    shown = tickwork("calendar", "show", "days").out
    assert lines(shown)[-2:] == ["2026-12-24", "2026-12-25"]
    assert tickwork("calendar", "rm", "days").out.strip() == "deleted calendar days"
    assert tickwork("calendar", "show", "days").code == 3


def test_a_job_follows_the_calendar_that_it_excludes(tickwork, url, tmp_path):
    (tmp_path / "board.yaml").write_text(JOB)
    refused = tickwork("apply", "board.yaml")
    assert (refused.code, "there is no calendar 'closed'" in refused.err) == (2, True)
    tickwork("calendar", "put", "closed", "2026-12-24")
    assert tickwork("apply", "board.yaml").code == 0
    assert slots(tickwork) == ["2026-12-25", "2026-12-26"]
    assert "which 1 job exclude" in tickwork("calendar", "put", "closed", "2026-12-25").out
    assert slots(tickwork) == ["2026-12-24", "2026-12-26"]
    assert tickwork("calendar", "rm", "closed").code == 4
    assert "nothing to change" in tickwork("apply", "board.yaml").out


def test_a_board_brings_its_calendars(tickwork, url, tmp_path):
    (tmp_path / "board.yaml").write_text("calendars: {closed: [2026-12-24]}\n" + JOB)
    assert "+ added a" in tickwork("plan", "board.yaml").out
    assert tickwork("calendar", "ls", "--json").json == []
    assert tickwork("apply", "board.yaml").code == 0
    assert slots(tickwork) == ["2026-12-25", "2026-12-26"]
    assert tickwork("apply", "board.yaml").out.strip() == "nothing to change; 1 job on the board"
    stretch = ["--from", "2026-12-23T00:00Z", "--to", "2026-12-26T00:00Z"]
    simulated = tickwork("simulate", "board.yaml", *stretch, "--json").json
    assert [entry["slot"][:10] for entry in simulated] == ["2026-12-25"]


def test_a_board_that_is_refused_leaves_calendars_as_they_were(tickwork, url, tmp_path):
    tickwork("put", "a", "console", "mine", "--days", "1")
    (tmp_path / "board.yaml").write_text("calendars: {closed: [2026-12-24]}\n" + JOB)
    assert tickwork("apply", "board.yaml").code == 4
    assert tickwork("calendar", "ls", "--json").json == []


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["put", "a"], 2, "say where its days come from"),
        (["put", "a", "soon"], 2, "'soon' is not a day"),
        (["put", "a", "--ics", "missing.ics"], 2, "missing.ics: there is no such file"),
        (["put", "a", "--country", "XX"], 2, "no holidays are known of 'XX'"),
        (["show", "a"], 3, "there is no calendar 'a'"),
        (["rm", "a"], 3, "there is no calendar 'a'"),
    ],
)
def test_a_mistake_is_told_in_one_line(tickwork, url, arguments, code, told):
    answer = tickwork("calendar", *arguments)
    assert (answer.code, answer.raw) == (code, b"")
    (line,) = lines(answer.err)
    assert told in line
