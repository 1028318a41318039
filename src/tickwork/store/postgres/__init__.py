"""The store on PostgreSQL: many servers and workers on one database, several stores in it by their schemas."""

from tickwork.store.postgres.store import PostgresStore

__all__ = ["PostgresStore"]
