"""What a run has printed, as far as a notice shows it."""

import json
from typing import Final

from tickwork.core.ids import RunId
from tickwork.core.rules import Occasion
from tickwork.runtime.notify.wording import Evidence
from tickwork.store.protocol import Chunk, Store, Stream

_PRINTED: Final = frozenset({Stream.STDOUT, Stream.STDERR, Stream.RECORD})
_PAGE: Final = 200
_LINES: Final = 30
_LAST: Final = 8_192
_WHOLE: Final = 131_072
"""Bytes of the log that an output notice shows."""


async def has_output(store: Store, run: RunId) -> bool:
    """Whether its newest attempt printed anything."""
    after = -1
    while chunks := await store.read_log(run, after=after, limit=_PAGE):
        if any(chunk.stream in _PRINTED and chunk.data for chunk in chunks):
            return True
        after = chunks[-1].seq
    return False


async def evidence_of(store: Store, run: RunId, occasion: Occasion) -> Evidence:
    """Of a run that is deleted meanwhile, nothing."""
    detail = await store.run(run)
    if occasion is Occasion.OUTPUT:
        return Evidence(log=await _tail(store, run, _WHOLE))
    lines = (await _tail(store, run, _LAST)).rstrip("\n").split("\n")
    return Evidence(log="\n".join(lines[-_LINES:]), error="" if detail is None else detail.error or "")


async def _tail(store: Store, run: RunId, most: int) -> str:
    kept, after, cut = b"", -1, False
    while chunks := await store.read_log(run, after=after, limit=_PAGE):
        kept += b"".join(_plain(chunk) for chunk in chunks if chunk.stream is not Stream.FRAMES)
        cut = cut or len(kept) > most
        kept, after = kept[-most:], chunks[-1].seq
    text = kept.decode(errors="replace")
    return f"[…]\n{text.partition(chr(10))[2]}" if cut else text


def _plain(chunk: Chunk) -> bytes:
    if chunk.stream is not Stream.RECORD:
        return chunk.data
    try:
        record = json.loads(chunk.data)
        line = f"{record.get('level', '')} {record.get('message', '')}\n"
        return (line + (record.get("exception") or "")).encode(errors="replace")
    except (ValueError, AttributeError, TypeError):
        return chunk.data
