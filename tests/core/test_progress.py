"""The tree of progress: parents are the sum of their children, unless reported themselves (predecessor B3)."""

from hypothesis import given, strategies as st

from tickwork.core.clock import SECOND
from tickwork.core.progress import Bar, Progress, tree


def bar(*group: str, current: float, total: float, status: str = "") -> Bar:
    return Bar(group=group, current=current, total=total, status=status)


def shown(node: Progress) -> tuple:
    return (node.group[-1] if node.group else None, node.current, node.total, [shown(child) for child in node.children])


def test_without_a_report_there_is_no_progress():
    assert tree([]) is None


def test_a_report_without_a_group_is_the_run_s_own():
    assert shown(tree([bar(current=3, total=10)])) == (None, 3, 10, [])


def test_the_newest_report_of_a_group_counts():
    assert shown(tree([bar("a", current=1, total=10), bar("a", current=7, total=10)])) == (
        None,
        7,
        10,
        [("a", 7, 10, [])],
    )


def test_a_parent_that_was_not_reported_is_the_sum_of_its_children():
    grown = tree([bar("import", "users", current=5, total=10), bar("import", "orders", current=20, total=90)])
    assert shown(grown) == (
        None,
        25,
        100,
        [("import", 25, 100, [("users", 5, 10, []), ("orders", 20, 90, [])])],
    )


def test_a_parent_that_was_reported_itself_is_what_was_reported():
    grown = tree(
        [
            bar("import", current=1, total=2, status="orders"),
            bar("import", "users", current=10, total=10),
            bar("import", "orders", current=20, total=90),
            bar("mail", current=0, total=3),
        ]
    )
    assert shown(grown) == (
        None,
        1,
        5,
        [("import", 1, 2, [("users", 10, 10, []), ("orders", 20, 90, [])]), ("mail", 0, 3, [])],
    )
    assert grown.children[0].status == "orders"


def test_a_group_deep_down_makes_all_above_it():
    assert shown(tree([bar("a", "b", "c", current=1, total=4)])) == (
        None,
        1,
        4,
        [("a", 1, 4, [("b", 1, 4, [("c", 1, 4, [])])])],
    )


def test_what_is_left_follows_from_what_has_passed():
    grown = tree([bar(current=25, total=100)])
    assert grown.share == 0.25
    assert grown.left(10 * SECOND) == 30 * SECOND


def test_without_a_total_or_a_beginning_nobody_knows_what_is_left():
    assert tree([bar(current=25, total=0)]).share is None
    assert tree([bar(current=25, total=0)]).left(SECOND) is None
    assert tree([bar(current=0, total=9)]).left(SECOND) is None


def test_more_than_all_is_all():
    assert tree([bar(current=12, total=10)]).share == 1


_GROUPS = st.lists(st.sampled_from("abc"), max_size=3).map(tuple)


@given(st.dictionaries(_GROUPS, st.tuples(st.integers(0, 100), st.integers(0, 100)), min_size=1))
def test_every_node_is_its_report_or_the_sum_below_it(reports):
    def walk(node):
        if node.group in reports:
            assert (node.current, node.total) == reports[node.group]
        else:
            assert node.current == sum(child.current for child in node.children)
            assert node.total == sum(child.total for child in node.children)
        yield node.group
        for child in node.children:
            yield from walk(child)

    groups = list(walk(tree(bar(*group, current=c, total=t) for group, (c, t) in reports.items())))
    assert len(groups) == len(set(groups))
    assert set(reports) <= set(groups)
