"""Times, lengths and states as a person reads them."""

from datetime import datetime

import pytest

from tickwork.cli.output import state_cell
from tickwork.cli.words import clean, distance, several, span, why
from tickwork.core.clock import Instant, from_datetime, iso
from tickwork.core.states import State

NOW = from_datetime(datetime.fromisoformat("2026-11-25T12:00:00Z"))


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, ""),
        (0.0, "0ms"),
        (0.0042, "4ms"),
        (0.314, "0.31s"),
        (3.14, "3.1s"),
        (42.4, "42s"),
        (59.7, "1m 00s"),
        (192, "3m 12s"),
        (7_500, "2h 05m"),
        (273_600, "3d 4h"),
    ],
)
def test_a_length_shows_the_digits_that_matter(seconds, words):
    assert span(seconds) == words


@pytest.mark.parametrize(
    ("offset", "words"),
    [
        (0, "now"),
        (-12, "12s ago"),
        (12, "in 12s"),
        (-300, "5m ago"),
        (3 * 3600 + 100, "in 3h"),
        (-2 * 86400, "2d ago"),
        (60 * 86400, "2027-01-24"),
    ],
)
def test_a_moment_is_told_by_its_distance_until_it_is_far(offset, words):
    assert distance(iso(Instant(NOW + offset * 1_000_000)), NOW) == words


def test_every_state_has_a_look_of_its_own():
    cells = [state_cell(state) for state in State]
    assert len({cell.text[0] for cell in cells}) == len(State)
    assert all(cell.style for cell in cells)


def test_what_a_job_is_called_cannot_steer_the_terminal():
    assert clean("a\x1b[31mb\nc") == "a�[31mb c"


def test_an_exit_code_says_more_than_its_reason():
    assert why("failed", "exit", 3) == "exit 3"
    assert why("failed", "timeout", None) == "timeout"
    assert why("succeeded", None, 0) == ""


def test_one_is_not_several():
    assert [several(n, "run") for n in (0, 1, 2)] == ["0 runs", "1 run", "2 runs"]
