"""What waits for a client is bounded, and the newest state of each thing is what it gets."""

from tickwork.server.live import outbox
from tickwork.server.live.events import Message
from tickwork.server.live.outbox import OVERFLOWED, Outbox


def message(text: str) -> Message:
    return Message(text, len(text))


def box(*texts: str) -> Outbox:
    made = Outbox(ready=lambda: None)
    for text in texts:
        made.put(text[0], message(text))
    return made


def drained(box: Outbox) -> list[str]:
    found = []
    while (taken := box.take()) is not None:
        found.append("resync" if taken is OVERFLOWED else taken.text)
    return found


def test_things_come_out_in_the_order_of_their_newest_states() -> None:
    assert drained(box("a1", "b1", "a2", "c1")) == ["b1", "a2", "c1"]


def test_too_many_things_push_out_the_oldest_and_the_client_is_told_first() -> None:
    made = Outbox(ready=lambda: None)
    for n in range(outbox.MOST_STATES + 2):
        made.put(n, message(str(n)))
    told = drained(made)
    assert told[:2] == ["resync", "2"]
    assert len(told) == outbox.MOST_STATES + 1


def test_too_many_bytes_push_out_the_oldest_too() -> None:
    half = "x" * (outbox.MOST_BYTES // 2)
    assert [told[:1] for told in drained(box("a" + half, "b" + half, "c"))] == ["r", "b", "c"]


def test_one_message_is_sent_however_long_it_is() -> None:
    assert drained(box("x" * (outbox.MOST_BYTES + 1))) == ["x" * (outbox.MOST_BYTES + 1)]


def test_room_is_counted_right_after_everything_was_taken() -> None:
    made = box("a", "b", "a2")
    drained(made)
    assert made._bytes == 0


def test_whoever_waits_is_woken() -> None:
    woken = []
    made = Outbox(ready=lambda: woken.append(1))
    made.put("a", message("a"))
    made.resync(message("r"))
    made.resync(message("r2"))
    assert len(woken) == 3
    assert drained(made) == ["r", "a"]
