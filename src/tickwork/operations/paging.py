"""All documents of a kind, however many there are: read page by page, in the order of their ids."""

from collections.abc import AsyncIterator, Sequence
from functools import partial
from typing import Final, Protocol

from tickwork.store.protocol import Document, Documents, Kind, Said

_PAGE: Final = 1000


async def every(
    store: Documents,
    kind: Kind,
    *,
    project: str | None = None,
    owner: str | None = None,
    tags: Sequence[str] = (),
    deleted: bool = False,
) -> list[Document]:
    """As `Documents.find` finds them; what is written meanwhile may be among them."""
    find = partial(store.find, kind, project=project, owner=owner, tags=tags, deleted=deleted)
    return [document async for document in _through(find)]


def saying(store: Documents, kind: Kind, what: Said) -> AsyncIterator[Document]:
    """Those whose body has this member: found without reading the others."""
    return _through(partial(store.saying, kind, what))


class _Read(Protocol):
    async def __call__(self, *, after: str | None, limit: int) -> list[Document]: ...


async def _through(read: _Read) -> AsyncIterator[Document]:
    after: str | None = None
    while True:
        page = await read(after=after, limit=_PAGE)
        for document in page:
            yield document
        if len(page) < _PAGE:
            return
        after = page[-1].id
