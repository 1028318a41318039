"""Limits as options of a decorator, in the words of a board."""

import pytest

from tickwork.app.policies import Policies
from tickwork.core.clock import SECOND
from tickwork.core.model import Resources
from tickwork.errors import InvalidDefinition


def test_limits_are_read_as_a_board_reads_them() -> None:
    read = Policies.read("j", resources={"memory": "1 GB", "cpu": "90s", "files": 64}, nice=5, umask="027")
    assert read.fields["resources"] == Resources(memory=2**30, cpu=90 * SECOND, files=64)
    assert (read.fields["nice"], read.fields["umask"]) == (5, 0o27)


def test_resources_may_be_given_as_they_are() -> None:
    assert Policies.read("j", resources=Resources(processes=3)).fields["resources"] == Resources(processes=3)


@pytest.mark.parametrize(
    "options",
    [
        {"resources": "1 GB"},
        {"resources": {"memory": "lots"}},
        {"resources": {"ram": 1}},
        {"resources": {"cpu": "soon"}},
        {"umask": "888"},
        {"nice": "very"},
    ],
)
def test_what_is_no_limit_is_refused_naming_it(options: dict) -> None:
    [(name, _)] = options.items()
    with pytest.raises(InvalidDefinition, match=name):
        Policies.read("j", **options)
