"""What a run tells about itself while it runs and when it breaks: its progress, and the frames of its exception."""

import msgspec

from tickwork.core.clock import SECOND, Duration, Instant
from tickwork.core.codec import from_json
from tickwork.core.ids import RunId
from tickwork.core.model import Run
from tickwork.core.progress import Group, Progress, tree
from tickwork.core.states import Reason, State
from tickwork.operations.views import FrameView, ProgressView
from tickwork.store.protocol import BarRow, Stream, Streams

_PAGE = 1000


async def frames(store: Streams, run: Run) -> list[FrameView]:
    """Of the newest attempt that has any, outermost first."""
    if run.reason is not Reason.EXCEPTION and run.state is not State.QUEUED:
        return []
    after = -1
    while page := await store.read_log(run.id, after=after, limit=_PAGE):
        for chunk in page:
            if chunk.stream is Stream.FRAMES:
                return _decoded(chunk.data)
        after = page[-1].seq
    return []


def _decoded(data: bytes) -> list[FrameView]:
    try:
        return from_json(data, list[FrameView])
    except msgspec.DecodeError:
        return []


async def progress(store: Streams, run: RunId, *, now: Instant | None) -> ProgressView | None:
    """Of the newest attempt that has any. `now`: the moment that estimates are made at; None: the run is over."""
    return progress_view(await store.read_progress(run), now=now)


def progress_view(rows: list[BarRow], *, now: Instant | None) -> ProgressView | None:
    """The bars of one attempt as a tree; None without any."""
    grown = tree(row.bar for row in rows)
    return None if grown is None else _view(grown, _beginnings(rows), now)


def _beginnings(rows: list[BarRow]) -> dict[Group, Instant]:
    """When each group or something in it was first reported."""
    found: dict[Group, Instant] = {}
    for row in rows:
        group = row.bar.group
        for depth in range(len(group) + 1):
            found[group[:depth]] = min(found.get(group[:depth], row.began), row.began)
    return found


def _view(node: Progress, began: dict[Group, Instant], now: Instant | None) -> ProgressView:
    left = None if now is None else node.left(Duration(max(now - began[node.group], 0)))
    return ProgressView(
        group=list(node.group),
        current=node.current,
        total=node.total,
        share=node.share,
        status=node.status,
        left=None if left is None else left / SECOND,
        children=[_view(child, began, now) for child in node.children],
    )
