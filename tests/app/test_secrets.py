"""The option `secrets` of a decorator."""

import pytest

from tickwork.app.policies import Policies
from tickwork.core.model import SecretUse
from tickwork.errors import InvalidDefinition


@pytest.mark.parametrize(
    ("said", "uses"),
    [
        ("A", [("A", "A")]),
        (["A", {"B": "PGPASSWORD"}], [("A", "A"), ("B", "PGPASSWORD")]),
        ({"B": "X"}, [("B", "X")]),
    ],
)
def test_secrets_are_said_as_in_a_board(said, uses):
    fields = Policies.read("j", secrets=said).fields
    assert fields["secrets"] == tuple(SecretUse(name=name, env=env) for name, env in uses)


def test_anything_else_is_refused():
    with pytest.raises(InvalidDefinition, match="job j: secrets=3 is not accepted"):
        Policies.read("j", secrets=3)
