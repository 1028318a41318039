from collections.abc import Collection

from tickwork.core.ids import JobId
from tickwork.core.model import Epoch
from tickwork.store.postgres.bodies import Bodies, Revision

A, B = (Epoch("e"), JobId("a"), 1), (Epoch("e"), JobId("b"), 1)


class Store:
    """Counts what it is asked for."""

    def __init__(self) -> None:
        self.asked: list[set[Revision]] = []

    def read(self, revisions: Collection[Revision]) -> dict[Revision, bytes]:
        self.asked.append(set(revisions))
        return {revision: f"{revision}".encode() for revision in revisions}


def test_what_was_read_is_not_read_again() -> None:
    bodies, store = Bodies(), Store()
    for revisions in ([A, A], [A], [A, B]):
        found = bodies.of(revisions, read=store.read)
        assert found == {revision: f"{revision}".encode() for revision in revisions}
    assert store.asked == [{A}, {B}]


def test_a_number_that_a_restored_store_gives_anew_is_another_revision() -> None:
    bodies, store = Bodies(), Store()
    again = (Epoch("f"), *A[1:])
    bodies.of([A], read=store.read)
    assert bodies.of([again], read=store.read) == {again: f"{again}".encode()}


def test_the_oldest_goes_where_there_is_no_room_for_all() -> None:
    bodies, store = Bodies(most=len(f"{A}")), Store()
    bodies.of([A], read=store.read)
    assert bodies.of([B], read=store.read).keys() == {B}
    bodies.of([B], read=store.read)
    bodies.of([A], read=store.read)
    assert store.asked == [{A}, {B}, {A}]
