"""The store on Redis or Valkey: all verbs atomic in Lua, one library of functions; plain clients see the same jobs."""

from tickwork.store.redis.store import RedisStore

__all__ = ["RedisStore"]
