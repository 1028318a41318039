"""Tokens of runs."""

import string

from hypothesis import given, settings, strategies as st

from tickwork.core.ids import RunId
from tickwork.core.model import Epoch, Fence
from tickwork.core.run_tokens import PREFIX, read, sign

OLD, NEW = b"o" * 32, b"n" * 32
_WORD = st.text(alphabet=string.ascii_lowercase + string.digits, min_size=1, max_size=20)
CLAIMS = st.tuples(_WORD.map(RunId), st.builds(Fence, _WORD.map(Epoch), st.integers(0, 2**63 - 1)))


@settings(deadline=None)
@given(CLAIMS)
def test_a_token_names_the_claim_that_it_was_made_for(claim):
    assert read(sign(*claim, NEW), [NEW]) == claim


@settings(deadline=None)
@given(CLAIMS)
def test_tokens_of_an_earlier_key_are_good_until_the_key_is_taken_out(claim):
    token = sign(*claim, OLD)
    assert read(token, [NEW, OLD]) == claim
    assert read(token, [NEW]) is None
    assert read(token, []) is None


@settings(deadline=None)
@given(CLAIMS, CLAIMS)
def test_the_signature_of_one_claim_is_none_for_another(claim, other):
    mac = sign(*claim, NEW).rpartition(".")[2]
    forged = f"{sign(*other, OLD).rpartition('.')[0]}.{mac}"
    assert (read(forged, [NEW]) is None) == (claim != other)


@settings(deadline=None)
@given(st.text())
def test_anything_else_is_none(text):
    assert read(text, [NEW]) is None
    assert read(PREFIX + text, [NEW]) is None


def test_a_number_with_other_digits_or_signs_is_none():
    token = sign(RunId("r"), Fence(Epoch("e"), 12), NEW)
    for number in ("١٢", "+12", " 12", "012", "1_2", "12.0", "9" * 5000):
        assert read(token.replace(".12.", f".{number}."), [NEW]) is None
