"""Secrets do not get through, whatever form they have and however output is cut into pieces."""

import base64
import json
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import assume, given, settings, strategies as st

from tickwork.core.masking import MARK, Finder, MaskedStream, Masker
from tickwork.core.secret_forms import patterns_of

_HARD = st.text(alphabet=st.sampled_from('ab"\\/%+ \n\tüß€😀=&<-'), min_size=4, max_size=12)
SECRETS = st.one_of(
    _HARD, st.text(min_size=4, max_size=40), st.sampled_from(["aaaa", "abab", "ababab", "line one\nline two"])
)
FORMS = {
    "plain": lambda s: s.encode(),
    "base64": lambda s: base64.b64encode(s.encode()),
    "base64, URL-safe": lambda s: base64.urlsafe_b64encode(s.encode()),
    "base64 behind a name": lambda s: base64.b64encode(b"user:" + s.encode() + b"!"),
    "base64 behind another name": lambda s: base64.urlsafe_b64encode(b"root:" + s.encode()),
    "URL": lambda s: quote(s, safe="").encode(),
    "URL path": lambda s: quote(s).encode(),
    "form": lambda s: quote_plus(s).encode(),
    "JSON": lambda s: json.dumps(s)[1:-1].encode(),
    "JSON, UTF-8": lambda s: json.dumps(s, ensure_ascii=False)[1:-1].encode(),
    "repr": lambda s: repr(s)[1:-1].encode(),
}


def cut(data: bytes, sizes: list[int]) -> list[bytes]:
    pieces, at = [], 0
    for size in sizes:
        pieces.append(data[at : at + size])
        at += size
    return [*pieces, data[at:]]


def streamed(finder: Finder, pieces: list[bytes]) -> bytes:
    stream = MaskedStream(finder)
    return b"".join([*(stream.feed(piece) for piece in pieces), stream.rest()])


@st.composite
def outputs(draw) -> tuple[list[str], bytes]:
    """Secrets, and output that is full of them and of beginnings of them."""
    secrets = draw(st.lists(SECRETS, min_size=1, max_size=3))
    assume(not any(s.encode() in MARK or "[" in s or "]" in s for s in secrets))
    parts = draw(
        st.lists(
            st.one_of(
                st.builds(lambda s, f: FORMS[f](s), st.sampled_from(secrets), st.sampled_from(list(FORMS))),
                st.builds(lambda s, n: s.encode()[:n], st.sampled_from(secrets), st.integers(0, 8)),
                st.binary(max_size=8),
                st.sampled_from([b"", b"\n", b" ", b"password="]),
            ),
            max_size=12,
        )
    )
    return secrets, b"".join(parts)


def marked(data: bytes, patterns: tuple[bytes, ...]) -> bytes:
    """By the definition: every byte of every occurrence is covered, touching ones get one mark."""
    covered = bytearray(len(data))
    for pattern in patterns:
        for at in range(len(data) - len(pattern) + 1):
            if data[at : at + len(pattern)] == pattern:
                covered[at : at + len(pattern)] = b"\1" * len(pattern)
    shown = bytearray()
    for at, byte in enumerate(data):
        if not covered[at]:
            shown.append(byte)
        elif at == 0 or not covered[at - 1]:
            shown += MARK
    return bytes(shown)


@settings(deadline=None)
@given(outputs(), st.lists(st.integers(0, 7), max_size=60))
def test_output_in_pieces_is_masked_as_if_it_had_come_at_once(output, sizes):
    secrets, data = output
    patterns = patterns_of(secrets)
    finder = Finder(patterns)
    assert streamed(finder, cut(data, sizes)) == marked(data, patterns)


@settings(deadline=None)
@given(outputs(), st.lists(st.integers(0, 30), max_size=20))
def test_no_form_of_a_secret_gets_through(output, sizes):
    secrets, data = output
    shown = streamed(Finder(patterns_of(secrets)), cut(data, sizes))
    for piece in shown.split(MARK):  # what the mark and its neighbours spell was not written
        for secret in secrets:
            for name, form in FORMS.items():
                if "behind" not in name:
                    assert form(secret) not in piece or len(form(secret)) < 4, name


@settings(deadline=None)
@given(SECRETS, st.sampled_from(list(FORMS)), st.binary(max_size=5), st.binary(max_size=5))
def test_a_secret_inside_other_text_is_found_in_every_form(secret, form, before, after):
    data = before + FORMS[form](secret) + after
    shown = Masker(patterns_of([secret])).data(data)
    assert MARK in shown


@settings(deadline=None)
@given(st.binary(max_size=200), st.lists(st.integers(0, 20), max_size=20))
def test_output_without_secrets_stays_as_it_is(data, sizes):
    finder = Finder(patterns_of(["a secret that is not there", "\n\n\0\0\n\0"]))
    assume(MARK not in data)
    assert streamed(finder, cut(data, sizes)) == marked(data, patterns_of(["\n\n\0\0\n\0"]))


def test_nothing_is_kept_back_but_what_may_be_the_beginning_of_a_secret():
    stream = MaskedStream(Finder(patterns_of(["hunter22"])))
    assert stream.feed(b"a line\n") == b"a line\n"
    assert stream.feed(b"she said h") == b"she said "
    assert stream.feed(b"unter") == b""
    assert stream.feed(b"s\n") == b"hunters\n"
    assert stream.feed(b"hunter2") == b""
    assert stream.feed(b"2\n") == MARK + b"\n"
    assert stream.feed(b"hunt") == b""
    assert stream.rest() == b"hunt"


def test_a_secret_that_is_the_beginning_of_another_waits_for_it():
    stream = MaskedStream(Finder(patterns_of(["secret", "secret-and-more"])))
    assert stream.feed(b"secret") == b""
    assert stream.feed(b"-and-") == b""
    assert stream.feed(b"more!") == MARK + b"!"
    assert stream.feed(b"secret-and-") == b""
    assert stream.rest() == MARK + b"-and-"


def test_endless_overlapping_secrets_are_not_kept_in_memory():
    stream = MaskedStream(Finder(patterns_of(["aaaa"])))
    shown = b"".join(stream.feed(b"a" * 1000) for _ in range(100))
    assert shown == MARK
    assert len(stream._kept) < 100
    assert stream.rest() == b""


def test_each_line_of_a_secret_is_one():
    key = "-----BEGIN KEY-----\nMIIEpAIBAAKCAQ\nshort\n-----END KEY-----"
    shown = Masker(patterns_of([key])).text("2026 | MIIEpAIBAAKCAQ\n2026 | short\n")
    assert shown == "2026 | [masked]\n2026 | short\n"


@pytest.mark.parametrize("secret", ['quo"te\\', "new\nline", "ümläut€", "plain-secret"])
def test_json_stays_json_however_deep_its_strings_are_escaped(secret):
    inner = json.dumps({"password": secret})
    value = {"message": f"got {secret}", "n": [1, 2.5, None, {secret: inner}]}
    shown = Masker(patterns_of([secret])).json(json.dumps(value).encode())
    assert json.loads(shown) == {
        "message": "got [masked]",
        "n": [1, 2.5, None, {"[masked]": '{"password": "[masked]"}'}],
    }


def test_json_without_secrets_and_what_is_no_json_stay_as_they_are():
    masker = Masker(patterns_of(["hunter22"]))
    for data in (b'{ "a" : 1.00 }', b"no json", b"\xff\xfe"):
        assert masker.json(data) == data
    assert masker.json(b"no json hunter22") == b"no json [masked]"
    assert Masker(()).json(b"hunter22") == Masker(()).data(b"hunter22") == b"hunter22"
    assert Masker(()).text("hunter22") == "hunter22"


def test_what_is_too_short_is_not_looked_for():
    assert patterns_of(["abc", ""]) == patterns_of([]) + tuple(p for p in patterns_of(["abc"]) if len(p) >= 4)
    assert b"abc" not in patterns_of(["abc"])
