"""`If-Match`: who changes something says which revision they have seen."""

from tickwork.errors import Conflict
from tickwork.store.protocol import Document


def expected(document: Document, if_match: str | None) -> Document:
    """The document, if it still is what `if_match` says. Raises `Conflict`."""
    if if_match is None or if_match.strip() == "*":
        return document
    seen = if_match.strip().removeprefix("W/").strip('"')
    if seen != str(document.revision):
        raise Conflict(
            f"{document.kind} {document.id!r} is at revision {document.revision}, not {seen}: somebody changed it "
            "meanwhile; read it again"
        )
    return document
