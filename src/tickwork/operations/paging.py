"""All documents of a kind, however many there are: read page by page."""

from collections.abc import AsyncIterator, Sequence
from typing import Final

from tickwork.store.protocol import Document, Documents, Kind, Said

_PAGE: Final = 1000


async def pages(
    store: Documents,
    kind: Kind,
    *,
    project: str | None = None,
    owner: str | None = None,
    tags: Sequence[str] = (),
    deleted: bool = False,
) -> AsyncIterator[Sequence[Document]]:
    """In the order of their ids, as `Documents.find` finds them; what is written meanwhile may be among them."""
    after: str | None = None
    while True:
        page = await store.find(
            kind, project=project, owner=owner, tags=tags, after=after, deleted=deleted, limit=_PAGE
        )
        if page:
            yield page
        if len(page) < _PAGE:
            return
        after = page[-1].id


async def saying(store: Documents, kind: Kind, what: Said) -> AsyncIterator[Document]:
    """Those whose body has this member, in the order of their ids: found without reading the others."""
    after: str | None = None
    while True:
        page = await store.saying(kind, what, after=after, limit=_PAGE)
        for document in page:
            yield document
        if len(page) < _PAGE:
            return
        after = page[-1].id


async def every(
    store: Documents,
    kind: Kind,
    *,
    project: str | None = None,
    owner: str | None = None,
    tags: Sequence[str] = (),
    deleted: bool = False,
) -> list[Document]:
    """All of them at once, in the order of their ids."""
    found = pages(store, kind, project=project, owner=owner, tags=tags, deleted=deleted)
    return [document async for page in found for document in page]
