"""How programs write a secret: what masking looks for."""

import base64
import json
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus

LEAST = 4
"""Bytes of what is looked for; anything shorter is part of too many words."""
_LINE = 8
"""Characters of a line of a secret of several lines that is looked for by itself."""
_QUANTUM = 3
"""Bytes that base64 turns into four characters."""


def patterns_of(secrets: Iterable[str]) -> tuple[bytes, ...]:
    """All that is looked for, longest first."""
    found = {form for secret in secrets for part in _parts(secret) for form in _forms(part)}
    return tuple(sorted((form for form in found if len(form) >= LEAST), key=lambda form: (-len(form), form)))


def _parts(secret: str) -> Iterator[str]:
    """The secret, and each line of it: logs put words in front of lines."""
    yield secret
    lines = secret.splitlines()
    if len(lines) > 1:
        yield from (line for line in lines if len(line) >= _LINE)


def _forms(secret: str) -> Iterator[bytes]:
    plain = secret.encode(errors="surrogatepass")
    yield plain
    for alphabet in (base64.b64encode, base64.urlsafe_b64encode):
        whole = alphabet(plain)
        yield from (whole, whole.rstrip(b"="))
        yield from (_inside(alphabet(b"\0" * before + plain), before, len(plain)) for before in range(_QUANTUM))
    for safe in ("", "/"):
        escaped = quote(plain, safe=safe)
        yield from (escaped.encode(), _lower_hex(escaped).encode())
    plus = quote_plus(plain)
    yield from (plus.encode(), _lower_hex(plus).encode())
    for ascii_only in (True, False):
        yield json.dumps(secret, ensure_ascii=ascii_only)[1:-1].encode(errors="surrogatepass")
    yield from (form[1:-1].encode(errors="surrogatepass") for form in (repr(secret), ascii(secret)))
    yield repr(plain)[2:-1].encode()


def _inside(encoded: bytes, before: int, length: int) -> bytes:
    """The characters that depend on the secret alone, where so many bytes stand before it in a group of three."""
    first = -(-before * 8 // 6)
    past = (before + length) * 8 // 6
    return encoded[first:past]


def _lower_hex(escaped: str) -> str:
    parts = escaped.split("%")
    return parts[0] + "".join(f"%{part[:2].lower()}{part[2:]}" for part in parts[1:])
