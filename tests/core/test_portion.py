"""How much is done at a time follows from how long it takes."""

from hypothesis import given, strategies as st

from tickwork.core.portion import Portion

SECONDS = 0.04


def portion(size: int = 0) -> Portion:
    made = Portion(least=50, most=2000, seconds=SECONDS)
    while made.size < size:
        made.took(0.001, n=made.size)
    return made


def test_it_begins_with_the_least_and_grows_by_steps_however_quick_one_was():
    one, sizes = portion(), []
    for _ in range(7):
        sizes.append(one.size)
        one.took(0.0, n=one.size)
    assert sizes == [50, 100, 200, 400, 800, 1600, 2000]


def test_it_shrinks_at_once_to_what_fits():
    one = portion(1600)
    one.took(0.4, n=1600)
    assert one.size == 160


def test_however_slow_things_are_the_least_is_done():
    one = portion(400)
    one.took(60, n=400)
    assert one.size == 50


def test_one_that_was_not_full_tells_nothing_unless_even_that_took_too_long():
    one = portion(400)
    one.took(0.03, n=3)
    assert one.size == 400
    one.took(0.08, n=200)
    assert one.size == 100


@given(each=st.floats(0.000_005, 0.000_4), always=st.floats(0, 0.01))
def test_it_settles_where_one_takes_as_long_as_it_may(each: float, always: float):
    one, took = portion(), 0.0
    for _ in range(40):
        took = always + each * one.size
        one.took(took, n=one.size)
    assert took <= SECONDS * 1.1
    assert one.size == 2000 or took >= SECONDS * 0.8
