"""Pickled results: what is signed with our key comes back, and nothing else is ever unpickled."""

import pickle
from base64 import b64encode
from dataclasses import dataclass

import pytest

from tickwork.app.pickling import has_pickles, legible, pickled, unpickled
from tickwork.core.codec import from_json
from tickwork.errors import PickleRefused

KEY = b"k" * 32


@dataclass
class Matrix:
    rows: tuple


class Trap:
    """Says so where it is unpickled."""

    sprung = False

    def __reduce__(self):
        return (setattr, (Trap, "sprung", True))


def kept(value, key=KEY, job="shop"):
    return from_json(pickled(value, key=key, job=job), dict)


def test_what_was_pickled_comes_back_wherever_it_stands():
    value = Matrix(rows=((1, 2j), {3}))
    assert unpickled(kept(value), key=KEY) == value
    assert unpickled({"a": [kept(value), 1]}, key=KEY) == {"a": [value, 1]}
    assert unpickled(kept(value)["!pickle"], key=KEY) == kept(value)["!pickle"]


def test_a_lambda_comes_back():
    assert unpickled(kept(lambda n: n + 1), key=KEY)(1) == 2


def test_it_is_known_where_something_is_pickled():
    assert has_pickles({"a": [1, kept(1)]})
    assert not has_pickles({"a": [1, {"!pickle": 1, "and": "more"}], "b": None})


def test_people_see_its_type_and_not_what_is_in_it():
    assert legible({"a": [kept(Matrix(rows=())), 1]})["a"][0].startswith(f"<pickled {__name__}.Matrix, ")
    assert legible({"!pickle": 1}) == {"!pickle": 1}


@pytest.mark.parametrize(
    "change",
    [
        {"data": b64encode(pickle.dumps(Trap())).decode()},
        {"job": "another"},
        {"signature": "0" * 64},
        {"signature": "é"},
    ],
)
def test_what_is_not_signed_so_is_refused_and_not_looked_into(change):
    forged = {"!pickle": kept(1)["!pickle"] | change}
    with pytest.raises(PickleRefused, match="not signed with the key that is in use here"):
        unpickled(forged, key=KEY)
    assert not Trap.sprung


def test_another_key_is_refused_and_the_job_named():
    with pytest.raises(PickleRefused, match="the result of shop is not unpickled"):
        unpickled(kept(1, key=b"x" * 32), key=KEY)


@pytest.mark.parametrize("body", [None, {}, {"data": "?", "type": "t", "job": "j", "signature": "s"}])
def test_what_is_damaged_is_refused(body):
    with pytest.raises(PickleRefused, match="it is damaged"):
        unpickled({"!pickle": body}, key=KEY)


def test_a_class_that_is_gone_is_named(monkeypatch):
    value = kept(Matrix(rows=()))
    monkeypatch.delattr(f"{__name__}.Matrix")
    with pytest.raises(PickleRefused, match=r"the result of shop \(.*Matrix\) cannot be unpickled: AttributeError"):
        unpickled(value, key=KEY)
