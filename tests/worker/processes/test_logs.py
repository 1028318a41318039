"""The cap of a log, as pure values."""

from hypothesis import given, strategies as st

from tickwork.core.clock import Instant
from tickwork.store.protocol import Stream
from tickwork.worker.process.logs import MAX_CHUNK, MAX_PIECES, CappedLog, Delta


class Held:
    """What a store holds after these deltas."""

    def __init__(self) -> None:
        self.chunks = {}

    def apply(self, delta: Delta) -> None:
        if delta.drop is not None:
            for seq in [s for s in self.chunks if delta.drop[0] <= s < delta.drop[1]]:
                del self.chunks[seq]
        self.chunks.update({chunk.seq: chunk for chunk in delta.chunks})

    def data(self, *streams: Stream) -> bytes:
        return b"".join(c.data for _, c in sorted(self.chunks.items()) if c.stream in streams)


def written(log: CappedLog, *pieces: bytes, stream: Stream = Stream.STDOUT) -> None:
    for at, piece in enumerate(pieces):
        log.write(stream, piece, Instant(at))


def test_a_short_log_is_kept_as_it_is():
    log, held = CappedLog(1000), Held()
    written(log, b"one\n", b"two\n")
    held.apply(log.take())
    assert held.data(*Stream) == b"one\ntwo\n"
    assert not log.dirty


def test_streams_keep_the_order_in_which_they_were_read():
    log = CappedLog(1000)
    log.write(Stream.STDOUT, b"a", Instant(1))
    log.write(Stream.STDERR, b"b", Instant(2))
    log.write(Stream.STDOUT, b"c", Instant(3))
    chunks = log.take().chunks
    assert [(c.stream, c.data, c.at) for c in chunks] == [
        (Stream.STDOUT, b"a", 1),
        (Stream.STDERR, b"b", 2),
        (Stream.STDOUT, b"c", 3),
    ]


def test_what_is_too_much_leaves_head_marker_and_tail():
    log, held = CappedLog(1000), Held()
    text = b"".join(b"%09d\n" % n for n in range(1000))
    written(log, text)
    held.apply(log.take())
    out = held.data(Stream.STDOUT)
    assert out.startswith(text[:200])
    assert len(out) <= 1000
    assert text.endswith(out[200:])
    assert len(out) > 900
    assert held.data(Stream.SYSTEM) == b"[tickwork: %d bytes left out here]\n" % (len(text) - len(out))
    seqs = {c.stream: s for s, c in held.chunks.items()}
    assert min(held.chunks) < seqs[Stream.SYSTEM] < max(held.chunks)


def test_the_marker_grows_in_place():
    log = CappedLog(100)
    written(log, b"x" * 300)
    first = [c for c in log.take().chunks if c.stream is Stream.SYSTEM]
    written(log, b"x" * 300)
    second = [c for c in log.take().chunks if c.stream is Stream.SYSTEM]
    assert [c.seq for c in first] == [c.seq for c in second]
    assert first[0].data != second[0].data


def test_exactly_the_cap_leaves_nothing_out():
    log, held = CappedLog(1000), Held()
    written(log, b"x" * 1000)
    held.apply(log.take())
    assert held.data(*Stream) == b"x" * 1000


def test_no_output_at_all_may_be_kept():
    log, held = CappedLog(0), Held()
    written(log, b"x" * 10)
    held.apply(log.take())
    assert held.data(*Stream) == b"[tickwork: 10 bytes left out here]\n"


def test_a_flood_of_single_bytes_costs_a_bounded_number_of_chunks():
    log = CappedLog(10_000_000)
    for at in range(3 * MAX_PIECES):
        log.write(Stream.STDOUT if at % 2 else Stream.STDERR, b"x", Instant(at))
    assert len(log.take().chunks) <= 2 * MAX_PIECES + 1


def test_a_record_is_a_chunk_of_its_own_and_stays_whole():
    log, held = CappedLog(1000), Held()
    records = [b'{"message": "%03d"}' % n for n in range(200)]
    written(log, *records, stream=Stream.RECORD)
    held.apply(log.take())
    kept = [c.data for _, c in sorted(held.chunks.items()) if c.stream is Stream.RECORD]
    assert kept[:11] == records[:11]
    assert kept[11:] == records[len(records) - len(kept) + 11 :]
    assert 900 < sum(map(len, kept)) <= 1000


@given(
    cap=st.integers(0, 400),
    writes=st.lists(st.tuples(st.sampled_from([Stream.STDOUT, Stream.STDERR]), st.integers(0, 90), st.booleans())),
)
def test_whenever_it_is_taken_a_store_holds_the_same_log(cap, writes):
    seldom, often = CappedLog(cap), CappedLog(cap)
    rare, steady = Held(), Held()
    total = b""
    for at, (stream, size, taken) in enumerate(writes):
        data = bytes((at + n) % 251 for n in range(size))
        total += data
        seldom.write(stream, data, Instant(at))
        often.write(stream, data, Instant(at))
        if taken:
            steady.apply(often.take())
    rare.apply(seldom.take())
    steady.apply(often.take())
    for held in (rare, steady):
        kept = held.data(Stream.STDOUT, Stream.STDERR)
        assert len(kept) <= cap
        head = int(cap * 0.2)
        assert kept[:head] == total[:head]
        assert total.endswith(kept[head:])
        left_out = len(total) - len(kept)
        assert (b" %d bytes" % left_out in held.data(Stream.SYSTEM)) == (left_out > 0)
        assert all(len(c.data) <= MAX_CHUNK for c in held.chunks.values())
