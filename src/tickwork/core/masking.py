"""Secrets taken out of what leaves a worker: literally, in the forms in which programs write them (`secret_forms`).

A secret is found as it is, in base64 (standard and URL-safe, alone or inside a longer text), URL-escaped, and escaped
as JSON and as Python literals do it; across the borders of chunks, too. What a program made of it in any other way
(compressed, reversed, letter by letter) is not found.
"""

import re
from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec.structs import replace

from tickwork.core.progress import Bar

MARK = b"[masked]"

Span = tuple[int, int]

_UNESCAPED = re.compile(rb"[0-9A-Za-z._]*")


class Finder:
    """Finds patterns; made once for all that is written by a run."""

    def __init__(self, patterns: Sequence[bytes]) -> None:
        self._patterns = patterns
        self.longest = max(map(len, patterns), default=0)
        self._by_first: dict[int, list[bytes]] = {}
        for pattern in patterns:
            self._by_first.setdefault(pattern[0], []).append(pattern)

    def spans(self, data: bytes) -> list[Span]:
        """Where there are patterns, also overlapping ones, by their beginnings."""
        found = list[Span]()
        for pattern in self._patterns:
            at = data.find(pattern)
            while at >= 0:
                found.append((at, at + len(pattern)))
                at = data.find(pattern, at + 1)
        return sorted(found)

    def decided(self, data: bytes) -> int:
        """Up to where it cannot be part of a pattern that goes on in what comes next."""
        first = max(0, len(data) - self.longest + 1)
        for at in range(first, len(data)):
            if any(self._goes_on(pattern, data[at:]) for pattern in self._by_first.get(data[at], ())):
                return at
        return len(data)

    @staticmethod
    def _goes_on(pattern: bytes, end: bytes) -> bool:
        return len(pattern) > len(end) and pattern.startswith(end)


class MaskedStream:
    """Bytes that come in pieces. What may be the beginning of a secret is kept back until the next piece."""

    def __init__(self, finder: Finder) -> None:
        self._finder = finder
        self._kept = b""
        self._covered = 0
        """So many bytes at the beginning of what is kept belong to a secret that was found."""
        self._marked = False
        """The mark for what comes now stands already: secrets that touch each other get one."""

    def feed(self, data: bytes) -> bytes:
        """What can be shown by now."""
        data = self._kept + data
        return self._shown(data, self._finder.decided(data))

    def rest(self) -> bytes:
        """Nothing comes any more: what was kept back."""
        return self._shown(self._kept, len(self._kept))

    def _shown(self, data: bytes, until: int) -> bytes:
        spans = [(0, self._covered), *self._finder.spans(data)] if self._covered else self._finder.spans(data)
        shown, at, marked, reach = list[bytes](), 0, self._marked, 0
        for start, end in spans:
            if start >= until:
                break
            if start > at:
                shown.append(data[at:start])
                marked = False
            if not marked:
                shown.append(MARK)
                marked = True
            at, reach = min(max(at, end), until), max(reach, end)
        if at < until:
            shown.append(data[at:until])
            marked = False
        self._kept, self._marked = data[until:], marked
        self._covered = max(reach, self._covered) - until if max(reach, self._covered) > until else 0
        return b"".join(shown)


class Masker:
    """Whole values of one run. Without patterns it changes nothing."""

    def __init__(self, patterns: Sequence[bytes]) -> None:
        self.finder = Finder(patterns)
        self._idle = not patterns
        self._literal = all(_UNESCAPED.fullmatch(pattern) for pattern in patterns)
        """JSON writes them as they are."""

    def data(self, data: bytes) -> bytes:
        if self._idle:
            return data
        stream = MaskedStream(self.finder)
        return stream.feed(data) + stream.rest()

    def text(self, text: str) -> str:
        if self._idle:
            return text
        return self.data(text.encode(errors="surrogatepass")).decode(errors="replace")

    def json(self, data: bytes) -> bytes:
        """JSON stays JSON: what stands in its strings, however they are escaped."""
        if self._idle or (self._literal and not self.finder.spans(data)):
            return data
        try:
            value = msgspec.json.decode(data)
        except msgspec.DecodeError:
            return self.data(data)
        masked = self._inside(value)
        return data if masked == value else msgspec.json.encode(masked)

    def bars(self, bars: Sequence[Bar]) -> tuple[Bar, ...]:
        """Progress: the names in it, and what it says is being done."""
        if self._idle:
            return tuple(bars)
        return tuple(
            replace(bar, group=tuple(self.text(part) for part in bar.group), status=self.text(bar.status))
            for bar in bars
        )

    def _inside(self, value: Any) -> Any:
        match value:
            case str():
                return self.text(value)
            case list():
                return [self._inside(item) for item in value]
            case dict():
                return {self.text(name): self._inside(item) for name, item in value.items()}
            case _:
                return value
