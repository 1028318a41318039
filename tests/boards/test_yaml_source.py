"""YAML without its traps, and with lines."""

import pytest

from tickwork.boards.source import Mapping
from tickwork.boards.yaml_source import parse_yaml
from tickwork.errors import InvalidBoard


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("on", "on"),
        ("yes", "yes"),
        ("true", True),
        ("False", False),
        ("1:30", "1:30"),
        ("0755", "0755"),
        ("0x1f", "0x1f"),
        ("1_000", "1_000"),
        ("12", 12),
        ("-3", -3),
        ("1.5", 1.5),
        ("1e3", 1000.0),
        ("1e999", "1e999"),
        (".inf", ".inf"),
        ("2026-12-24", "2026-12-24"),
        ("~", None),
        ("null", None),
        ("'12'", "12"),
        ("!!str 12", "12"),
        ("=", "="),
    ],
)
def test_a_scalar_means_what_it_looks_like(text: str, value: object) -> None:
    assert parse_yaml(f"key: {text}", shown="b") == {"key": value}


def test_keys_are_text_and_know_their_lines() -> None:
    table = parse_yaml("on: 1\n12:\n  ~: 2\n", shown="b")

    assert table == {"on": 1, "12": {"~": 2}}
    assert table.lines == {"on": 1, "12": 2}
    assert table["12"].lines == {"~": 3}


def test_merged_keys_give_way_and_keep_the_line_they_came_from() -> None:
    table = parse_yaml("base: &b {x: 1, y: 1}\njob:\n  y: 2\n  <<: *b\n", shown="b")

    assert table["job"] == {"y": 2, "x": 1}
    assert table["job"].lines == {"y": 3, "x": 1}


def test_the_first_of_several_merged_tables_wins() -> None:
    table = parse_yaml("a: &a {x: 1}\nb: &b {x: 2, y: 2}\njob: {<<: [*a, *b]}\n", shown="b")

    assert table["job"] == {"x": 1, "y": 2}


def test_an_empty_file_is_no_document() -> None:
    assert parse_yaml("# nothing but a comment\n", shown="b") is None


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: [", "b:2: is not YAML: did not find expected node content (while parsing a flow node)"),
        ("a: 1\nb: 2\na: 3", "b:3: the key 'a' stands here a second time (first in line 1)"),
        ("a: *nowhere", "b:1: *nowhere refers to nothing before it (or to itself)"),
        ("a: &me\n  b: *me", "b:2: *me refers to nothing before it (or to itself)"),
        ("a: !tag 1", "b:1: the tag !tag is not known here; write the value without it"),
        ("a: !tag [1]", "b:1: the tag !tag is not known here; write the value without it"),
        ("? [x]\n: 1", "b:1: a key must be a plain text, not a list or a table"),
        ("x: &x [1]\n*x : 1", "b:2: a key must be a plain text, not a list or a table"),
        ("a: {<<: 5}", "b:1: <<: merges tables only"),
        ("a: 1\n---\nb: 2", "b:2: a second document begins here; one board is one document"),
        ("a:\n " + "[" * 60 + "]" * 60, "b:2: is nested deeper than 50 levels"),
    ],
)
def test_what_cannot_be_accepted_is_refused_with_its_line(text: str, problem: str) -> None:
    with pytest.raises(InvalidBoard) as refused:
        parse_yaml(text, shown="b")

    assert refused.value.problems == [problem]


def test_a_billion_laughs_are_refused_before_they_cost_anything() -> None:
    laughs = "a0: &a0 [ha, ha, ha, ha, ha, ha, ha, ha, ha]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12)
    )

    with pytest.raises(InvalidBoard, match=r"holds more than 5,000,000 values \(aliases expanded\)"):
        parse_yaml(laughs, shown="b")


def test_an_alias_shares_the_value_of_its_anchor() -> None:
    table = parse_yaml("a: &x {k: 1}\nb: *x\n", shown="b")

    assert table["b"] is table["a"]
    assert isinstance(table["a"], Mapping)
