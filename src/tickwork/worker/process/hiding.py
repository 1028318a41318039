"""Secrets taken out of a run's log before anybody else has it: in the supervisor, ahead of the cap and its chunks."""

from collections.abc import Iterator, Sequence

from tickwork.core.masking import MaskedStream, Masker
from tickwork.store.protocol import Stream

_JSON = {Stream.RECORD, Stream.FRAMES}


class LogMasking:
    """The log of one run. Output may be cut anywhere, so each stream is one text; a record is one by itself."""

    def __init__(self, patterns: Sequence[bytes]) -> None:
        self._masker = Masker(patterns)
        self._streams: dict[Stream, MaskedStream] = {}

    def shown(self, stream: Stream, data: bytes) -> bytes:
        """What can be shown by now."""
        if stream in _JSON:
            return self._masker.json(data)
        if (masked := self._streams.get(stream)) is None:
            masked = self._streams[stream] = MaskedStream(self._masker.finder)
        return masked.feed(data)

    def rest(self) -> Iterator[tuple[Stream, bytes]]:
        """What was kept back, once nothing comes any more."""
        for stream, masked in self._streams.items():
            if data := masked.rest():
                yield stream, data
