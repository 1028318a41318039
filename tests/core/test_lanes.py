"""Lanes as texts, and the room that limits leave."""

import pytest
from hypothesis import given, strategies as st

from tickwork.core.births import lane_at_birth
from tickwork.core.ids import JobId
from tickwork.core.lanes import Lane, Limit, Room, bare_lane, limits_of, parse_lane, pool_of
from tickwork.core.model import Call, Job

names = st.text(min_size=1, max_size=12) | st.sampled_from(["a?b", "a%3Fb", "x&labels=y", "1,2:3", "é/ü", "="])
limits = st.builds(Limit, key=names, max=st.integers(1, 99))
lanes = st.builds(
    Lane,
    pool=names,
    worker=st.none() | names,
    task=st.none() | names,
    labels=st.lists(names, max_size=3).map(lambda one: tuple(sorted(one))),
    limits=st.lists(limits, max_size=3).map(lambda one: tuple(sorted(one))),
)


@given(lanes)
def test_a_lane_reads_back_as_it_was_written(lane: Lane) -> None:
    assert parse_lane(str(lane)) == lane
    assert pool_of(str(lane)) == lane.pool


@given(names)
def test_a_lane_that_asks_for_nothing_is_its_pools_name(pool: str) -> None:
    assert str(Lane(pool=pool)) == bare_lane(pool)
    assert pool_of(bare_lane(pool)) == pool


def test_a_lane_is_readable() -> None:
    limits = (Limit(key="job/a:b", max=2),)
    lane = Lane(pool="web", worker="w 1", task="shop:tally", labels=("linux", "gpu"), limits=limits)
    assert str(lane) == "web?worker=w 1&task=shop%3Atally&labels=gpu,linux&limits=job/a%3Ab:2"


def test_only_who_is_and_has_what_it_asks_for_serves_it() -> None:
    lane = Lane(pool="web", worker="a", labels=("gpu",))
    assert lane.serves(worker="a", labels=["gpu", "linux"])
    assert not lane.serves(worker="b", labels=["gpu"])
    assert not lane.serves(worker="a", labels=[])
    tally = Lane(pool="web", task="shop:tally")
    assert tally.serves(worker="a", tasks=["shop:tally"])
    assert not tally.serves(worker="a", labels=["shop:tally"], tasks=["shop:other"])


@given(st.lists(lanes, max_size=6), st.data())
def test_room_never_lets_more_begin_than_any_limit_says(known: list[Lane], data: st.DataObject) -> None:
    texts = [str(lane) for lane in known]
    pools = data.draw(st.lists(st.builds(Limit, key=names.map("pool/{}".format), max=st.integers(1, 3)), max_size=2))
    begun: dict[str, int] = {}
    room = Room.left(pools, {})
    for text in data.draw(st.lists(st.sampled_from(texts), max_size=30)) if texts else []:
        if room.take(text):
            begun[text] = begun.get(text, 0) + 1
    for text in texts:
        for limit in (*parse_lane(text).limits, *(one for one in pools if one.key in parse_lane(text).keys)):
            count = sum(n for other, n in begun.items() if limit.key in parse_lane(other).keys)
            # another lane may name the key with a greater number
            most = max(one.max for one in (*limits_of(texts), *pools) if one.key == limit.key)
            assert count <= most
            assert Room.left(pools, begun).of(text, 99) == room.of(text, 99)


# --- where runs are born ------------------------------------------------------------------------------------


def job(**fields: object) -> Job:
    call = Call(target="m:f", kwargs={"region": "eu"})
    return Job(id=JobId("etl:load"), name="load", project="etl", task=call, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("key", "params", "filled"),
    [
        ("db-{region}", None, "db-eu"),
        ("db-{region}", b'{"region":"us"}', "db-us"),
        ("{project}/{job}/{pool}", None, "etl/etl%3Aload/default"),
        ("{job}", b'{"job":"not yours"}', "etl%3Aload"),
        ("db-{nobody}", None, "db-"),
    ],
)
def test_a_key_is_filled_from_parameters_and_names(key: str, params: bytes | None, filled: str) -> None:
    lane = lane_at_birth(job(shares=(Limit(key=key, max=2),)), params)
    assert lane == f"default?limits=key/{filled}:2"


def test_a_run_stands_in_the_lane_that_its_job_asks_for() -> None:
    assert lane_at_birth(job()) == "default"
    assert lane_at_birth(job(pool="a?b")) == "a%3Fb"
    assert lane_at_birth(job(labels=("b", "a"), max_running=3)) == "default?labels=a,b&limits=job/etl%3Aload:3"
    assert lane_at_birth(job(labels=("a",)), worker="w1") == "default?worker=w1&labels=a"
