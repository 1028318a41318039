"""The three-way merge of a field that a person changed, as a table."""

import msgspec
import pytest

from tickwork.core.clock import Instant
from tickwork.core.merge import Override, Verdict, edited, merge
from tickwork.core.model import Actor

ANN, BEN = Actor(kind="person", name="ann"), Actor(kind="person", name="ben")


def override(value: str, *, base: str, board: str | None = None) -> Override:
    said = [msgspec.Raw(text.encode()) for text in (value, base, base if board is None else board)]
    return Override(value=said[0], base=said[1], board=said[2], by=ANN, at=Instant(1))


@pytest.mark.parametrize(
    ("base", "value", "board", "verdict"),
    [
        ("1", "2", "1", Verdict.KEPT),
        ("1", "2", "2", Verdict.AGREED),
        ("1", "2", "3", Verdict.CONFLICT),
        ("null", "2", "null", Verdict.KEPT),
        ("null", "2", "3", Verdict.CONFLICT),
        ("1", "null", "null", Verdict.AGREED),
        ("true", "false", "true", Verdict.KEPT),
    ],
)
def test_the_board_is_compared_with_what_it_said_and_with_what_the_person_wants(
    base: str, value: str, board: str, verdict: Verdict
):
    found, left = merge(override(value, base=base), board.encode())

    assert found is verdict
    if verdict is Verdict.AGREED:
        assert left is None
    else:
        assert left == override(value, base=base, board=board)


def test_a_conflict_lasts_until_the_board_takes_it_back():
    _, left = merge(override("2", base="1"), b"3")
    assert left is not None
    assert merge(left, b"3")[0] is Verdict.CONFLICT
    assert merge(left, b"1")[0] is Verdict.KEPT


@pytest.mark.parametrize(
    ("before", "value", "after"),
    [
        (None, "2", ("2", "1", "1")),
        (None, "1", None),
        (("2", "1", "1"), "1", None),
        (("2", "1", "1"), "4", ("4", "1", "1")),
        (("2", "1", "3"), "2", ("2", "3", "3")),
        (("2", "1", "3"), "4", ("4", "3", "3")),
        (("2", "1", "3"), "3", None),
    ],
    ids=["first", "what the board says", "back", "again", "insisted", "conflict met anew", "conflict given up"],
)
def test_a_change_is_made_on_top_of_what_the_board_says_now(
    before: tuple[str, str, str] | None, value: str, after: tuple[str, str, str] | None
):
    old = None if before is None else override(before[0], base=before[1], board=before[2])
    current = "1" if before is None else before[0]

    made = edited(old, value.encode(), current=current.encode(), by=BEN, at=Instant(2))

    assert (made and tuple(bytes(raw).decode() for raw in (made.value, made.base, made.board))) == after


def test_the_same_change_again_stays_who_made_it_first():
    old = override("2", base="1")
    assert edited(old, b"2", current=b"2", by=BEN, at=Instant(2)) is old
