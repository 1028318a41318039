"""Lua and Python compute the same slots, so that it does not matter who ticks."""

from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from tests.services.valkey import plain_client
from tickwork.core.clock import Instant, iso
from tickwork.core.ids import JobId
from tickwork.core.timing import occurrences
from tickwork.core.timing.schedule import Decay, Every, Schedule
from tickwork.store.redis import library

START = 1_764_000_000

_PROBE = """
local view = cjson.decode(ARGV[1])
local after, upto = tonumber(ARGV[2]), tonumber(ARGV[3])
local count = plain.between(view, after, upto)
local following = plain.following(view, after)
return { count, following and int(following) or false, following and plain.iso(following) or false }
"""


@pytest.fixture(scope="module")
def client(valkey_url):
    with plain_client(valkey_url) as client:
        yield client


def lua(client, view: str, after: int, upto: int):
    # the library without its verbs: what is probed is shared by all of them
    source = library.shared() + "\nlocal function probe()" + _PROBE + "end\nreturn probe()"
    return client.eval(source, 0, view, after, upto)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    interval=st.integers(1, 400_000),
    factor=st.sampled_from([None, 0.5, 0.9, 1.5, 2.0, 3.0]),
    step=st.integers(1, 100_000),
    offset=st.integers(-10, 3_000_000),
    width=st.integers(0, 1_000_000),
)
def test_the_same_slots_in_lua_and_in_python(client, interval, factor, step, offset, width) -> None:
    decay = None if factor is None else Decay(factor=factor, step=step * 1_000_000)
    schedule = Schedule(
        key="main",
        trigger=Every(interval=interval * 1_000_000, decay=decay),
        since=Instant(0),
        start=Instant(START * 1_000_000),
        until=Instant((START + 5_000_000) * 1_000_000),
    )
    view = f'{{"interval":{interval},"start":{START},"stop":{START + 5_000_000}'
    view += "}" if factor is None else f',"lambda":{float(Fraction(factor))},"step":{step}}}'
    after = Instant((START + offset) * 1_000_000 + 7)
    upto = Instant(after + width * 1_000_000)

    count, slot, nominal = lua(client, view, after, upto)

    following = occurrences.following(schedule, JobId("a"), after)
    assert count == occurrences.count(schedule, JobId("a"), after, upto)
    assert (slot and int(slot)) == (following and following.slot)
    assert nominal == (following and following.nominal)


@pytest.mark.parametrize(
    "at", [0, 951_782_400_000_000, 1_709_164_800_000_001, 4_102_444_799_999_999, 68_256_000_000_000]
)
def test_times_are_written_as_python_writes_them(client, at) -> None:
    source = library.shared() + "\nreturn plain.iso(tonumber(ARGV[1]))"
    assert client.eval(source, 0, at) == iso(Instant(at))
