"""The store on SQLite: embedded, durable, one file; `memory://` is the same without the file."""

from tickwork.store.sqlite.store import SqliteStore

__all__ = ["SqliteStore"]
