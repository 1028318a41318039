"""The first of many queues, without reading them all."""

from collections import Counter

from hypothesis import given, strategies as st

from tickwork.core.heads import LEAST, first_of

queues = st.dictionaries(
    st.text("abcdef", min_size=1, max_size=3), st.lists(st.integers(0, 50)).map(sorted), max_size=8
)


class Reader:
    """Queues of numbers that count how often they were looked into, and how much was read."""

    def __init__(self, queues: dict[str, list[int]]) -> None:
        self.queues = queues
        self.looks: Counter[str] = Counter()
        self.read_rows = 0

    def __call__(self, wanted: dict[str, int]) -> dict[str, list[int]]:
        self.looks.update(list(wanted))
        found = {name: self.queues[name][:most] for name, most in wanted.items()}
        self.read_rows += sum(map(len, found.values()))
        return found


@given(queues, st.integers(0, 60), st.integers(1, 60))
def test_what_comes_is_what_reading_everything_gives(queues: dict[str, list[int]], n: int, most: int) -> None:
    found = first_of(dict.fromkeys(queues, most), n, read=Reader(queues), key=lambda number: number)
    whole = sorted(number for numbers in queues.values() for number in numbers[:most])
    assert found[:n] == whole[:n]


def test_of_many_long_queues_little_more_is_read_than_is_wanted() -> None:
    reader = Reader({str(n): list(range(n, 100_000, 1000)) for n in range(1000)})
    assert first_of(dict.fromkeys(reader.queues, 500), 500, read=reader, key=int)[:500] == list(range(500))
    assert reader.read_rows <= 1000 * LEAST
    assert set(reader.looks.values()) == {1}


def test_a_queue_that_is_far_ahead_is_read_on_and_the_others_are_not() -> None:
    reader = Reader({"ahead": list(range(1000)), **{str(n): [5000 + n] * 100 for n in range(99)}})
    assert first_of(dict.fromkeys(reader.queues, 500), 500, read=reader, key=int)[:500] == list(range(500))
    assert {name for name, looks in reader.looks.items() if looks > 1} == {"ahead"}
    assert reader.looks["ahead"] <= 4


def test_where_nothing_is_wanted_nothing_is_read() -> None:
    reader = Reader({"a": [1]})
    assert first_of({"a": 0}, 5, read=reader, key=int) == []
    assert first_of({"a": 5}, 0, read=reader, key=int) == []
    assert reader.read_rows == 0
