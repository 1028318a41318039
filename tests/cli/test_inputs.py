"""What people type after an option."""

import pytest

from tickwork.cli.inputs import local_zone, parse_moment, parse_params, parse_until
from tickwork.core.clock import DAY, HOUR, Instant, iso, later
from tickwork.errors import InvalidSchedule, InvalidSetting

NOW = Instant(1_795_000_000_000_000)


def test_a_parameter_is_json_where_it_parses_as_json():
    assert parse_params(["n=3", "b=true", 'l=["a"]', "s=plain text", "e=", "q=a=b", "z=NaN"]) == {
        "n": 3,
        "b": True,
        "l": ["a"],
        "s": "plain text",
        "e": "",
        "q": "a=b",
        "z": "NaN",
    }


@pytest.mark.parametrize("pairs", [["n"], ["=3"], ["n=1", "n=2"]])
def test_a_parameter_that_is_none_is_refused_by_name(pairs):
    with pytest.raises(InvalidSetting, match=r"-p '"):
        parse_params(pairs)


def test_until_is_a_length_from_now_or_a_moment(monkeypatch):
    monkeypatch.setenv("TZ", "Europe/Berlin")
    assert parse_until("2h", NOW) == later(NOW, 2 * HOUR)
    assert parse_until(iso(later(NOW, DAY)), NOW) == later(NOW, DAY)
    with pytest.raises(InvalidSchedule, match="is over already"):
        parse_until("2020-01-01", NOW)
    with pytest.raises(InvalidSchedule, match="or as a length from now: 2h"):
        parse_until("tomorrow", NOW)


def test_a_moment_without_an_offset_is_this_machines(monkeypatch):
    monkeypatch.setenv("TZ", "Europe/Berlin")
    assert iso(parse_moment("2026-07-01T12:00", what="--from")) == "2026-07-01T10:00:00Z"
    assert iso(parse_moment("2026-07-01T12:00Z", what="--from")) == "2026-07-01T12:00:00Z"


def test_a_zone_that_is_none_does_not_count(monkeypatch):
    monkeypatch.setenv("TZ", ":Europe/Berlin")
    assert local_zone() == "Europe/Berlin"
    monkeypatch.setenv("TZ", "Nowhere/Land")
    assert local_zone() != "Nowhere/Land"
