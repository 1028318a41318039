"""Logs of runs go elsewhere as structured lines; what cannot go waits, and no run waits for it."""

import asyncio
import json

import pytest

from tests.house import House, job
from tests.runtime.notify.receivers import http_server
from tickwork.core.clock import DAY
from tickwork.core.codec import to_json
from tickwork.core.ids import SessionId
from tickwork.core.states import Reason, State
from tickwork.errors import InvalidSetting
from tickwork.runtime.notify.failing import NotDelivered
from tickwork.runtime.promoter import Promoter
from tickwork.runtime.shipping.lines import Line
from tickwork.runtime.shipping.shipper import Shipper
from tickwork.runtime.shipping.sinks import Sink, sink_of
from tickwork.store.protocol import Chunk, LogWrite, Stream


class Taking:
    """A sink that may be away."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.error: Exception | None = None

    async def take(self, lines) -> None:
        if self.error is not None:
            raise self.error
        self.lines += lines


def shipper(house: House, sink: Sink, who: str = "s1") -> Shipper:
    return Shipper(store=house.store, clock=house.clock, telemetry=house.telemetry, sink=sink, who=SessionId(who))


async def talks(house: House, *data: tuple[Stream, bytes], state: State = State.SUCCEEDED) -> str:
    """A run that says this and ends; what follows from its end is done."""
    run = await house.ops.runs.run("talk")
    [claim] = await house.claim(await house.session())
    await house.start(claim)
    chunks = tuple(
        Chunk(seq=n, at=house.clock.now(), stream=stream, data=text) for n, (stream, text) in enumerate(data)
    )
    if chunks:
        await house.store.append_log([LogWrite(run=run.id, attempt=1, fence=claim.fence, chunks=chunks)])
    await house.finish(claim, state, Reason.EXIT if state is State.FAILED else None)
    await Promoter(store=house.store, clock=house.clock, telemetry=house.telemetry, ship=True).tick()
    house.clock.advance(2)
    return run.id


@pytest.fixture
async def told(house: House) -> House:
    await house.ops.jobs.apply("board", [job("talk")])
    return house


async def test_lines_are_whole_and_say_where_they_are_from(told: House):
    record = to_json({"level": "ERROR", "logger": "shop", "message": "no stock", "exception": "Traceback …"})
    run = await talks(
        told,
        (Stream.STDOUT, b"one\ntw"),
        (Stream.RECORD, record),
        (Stream.STDERR, b"oh\n"),
        (Stream.STDOUT, b"o\nthree"),
        (Stream.FRAMES, b"[]"),
        state=State.FAILED,
    )
    sink = Taking()
    await shipper(told, sink).tick()
    assert [(line.stream, line.message) for line in sink.lines] == [
        ("stdout", "one"),
        ("record", "no stock"),
        ("stderr", "oh"),
        ("stdout", "two"),
        ("stdout", "three"),
        ("end", "failed"),
    ]
    assert {(line.run, line.job, line.attempt) for line in sink.lines} == {(run, "talk", 1)}
    assert (sink.lines[1].level, sink.lines[1].logger, sink.lines[1].exception) == ("ERROR", "shop", "Traceback …")
    assert (sink.lines[-1].state, sink.lines[-1].reason) == ("failed", "exit")


async def test_what_a_sink_does_not_take_waits_and_comes_in_its_order_once(told: House):
    sink, runs = Taking(), []
    shipping = shipper(told, sink)
    sink.error = NotDelivered("away")
    for _ in range(5):
        runs.append(await talks(told, (Stream.STDOUT, b"x\n")))
        await shipping.tick()
    notices = [str(event) for event in told.events if "not shipped" in str(event)]
    assert 1 <= len(notices) <= 3, "the 1st, 2nd, 4th …"
    sink.error = None
    told.clock.advance(300)
    await shipping.tick()
    assert [line.run for line in sink.lines if line.stream == "end"] == runs
    told.clock.advance(300)
    await shipping.tick()
    assert len(sink.lines) == 10


async def test_what_waits_is_bounded_by_a_week(told: House):
    await talks(told)
    told.clock.advance(8 * DAY / 1_000_000)
    sink = Taking()
    await shipper(told, sink).tick()
    assert sink.lines == []


async def test_of_several_servers_one_ships_and_another_takes_over(told: House):
    first, second = Taking(), Taking()
    one, other = shipper(told, first, "s1"), shipper(told, second, "s2")
    await one.tick()
    await talks(told)
    await other.tick()
    assert second.lines == []
    told.clock.advance(121)
    await other.tick()
    await one.tick()
    assert (len(first.lines), len(second.lines)) == (0, 1)


async def test_without_the_setting_nothing_waits(told: House):
    run = await told.ops.runs.run("talk")
    await told.ops.runs.kill(run.id)
    await told.promoter().tick()
    assert await told.store.notes_under("ship", "", at=told.clock.now()) == []


async def test_an_address_gets_ndjson_and_is_asked_again_after_a_refusal(told: House):
    await talks(told, (Stream.STDOUT, b"hello\n"))
    with http_server() as posts:
        sink = sink_of(f"http://127.0.0.1:{posts.port}/logs", token="t0")
        await shipper(told, sink).tick()
        [taken] = posts.taken
    headers, body = taken
    assert headers["authorization"] == "Bearer t0"
    lines = [json.loads(line) for line in body.splitlines()]
    assert [(line["stream"], line["message"]) for line in lines] == [("stdout", "hello"), ("end", "succeeded")]
    await talks(told)
    await shipper(told, sink).tick()
    assert any("not shipped" in str(event) for event in told.events)
    assert len(await told.store.notes_under("ship", "", at=told.clock.now())) == 1


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self.taken: asyncio.Queue[bytes] = asyncio.Queue()

    def datagram_received(self, data: bytes, _addr: object) -> None:
        self.taken.put_nowait(data)


async def test_syslog_gets_a_datagram_a_line_with_its_level(told: House):
    loop = asyncio.get_running_loop()
    transport, protocol = await loop.create_datagram_endpoint(_Datagrams, local_addr=("127.0.0.1", 0))
    try:
        port = transport.get_extra_info("sockname")[1]
        await talks(told, (Stream.STDOUT, b"out\n"), (Stream.STDERR, b"err\n"))
        await shipper(told, sink_of(f"syslog://127.0.0.1:{port}")).tick()
        async with asyncio.timeout(10):
            datagrams = [await protocol.taken.get() for _ in range(3)]
    finally:
        transport.close()
    assert [one.split(b">")[0] for one in datagrams] == [b"<14", b"<12", b"<14"], "user.info and user.warning"
    assert json.loads(datagrams[0].split(b"tickwork: ")[1].rstrip(b"\0"))["message"] == "out"


async def test_standard_output_gets_lines_of_json(told: House, capfdbinary):
    await talks(told, (Stream.STDOUT, b"out\n"))
    await shipper(told, sink_of("stdout")).tick()
    assert [json.loads(line)["stream"] for line in capfdbinary.readouterr().out.splitlines()] == ["stdout", "end"]


@pytest.mark.parametrize("wrong", ["file:///x", "syslog://", "stdoutt", "https://"])
def test_a_sink_that_there_is_not_is_refused(wrong: str):
    with pytest.raises(InvalidSetting, match="ship_logs"):
        sink_of(wrong)
