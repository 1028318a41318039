"""Where a PostgreSQL store lives: what its URL says."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from tickwork.errors import UnknownStore

KINDS = ("postgresql", "postgres")
DEFAULT_SCHEMA = "tickwork"
_SCHEMA = re.compile(r"[a-z_][a-z0-9_]{0,62}", re.ASCII)
_FLAGS = {"1": True, "true": True, "0": False, "false": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    conninfo: str
    """For libpq: the URL without what is ours."""
    shown: str
    """The URL as people may see it: without a password."""
    schema: str = DEFAULT_SCHEMA
    pooled: bool = False
    """Behind PgBouncer in transaction mode: no prepared statements, no settings of a session, no LISTEN."""


def address_of(url: str) -> Address:
    """`postgresql://user@host/db?schema=tickwork&pgbouncer=0`, anything else goes to libpq. Raises `UnknownStore`."""
    parts = urlsplit(url)
    if parts.scheme not in KINDS:
        raise UnknownStore(f"{url!r} is no PostgreSQL store; write postgresql://user@host/database")
    options = parse_qsl(parts.query, keep_blank_values=True)
    ours = {key: value for key, value in options if key in {"schema", "pgbouncer"}}
    theirs = [(key, value) for key, value in options if key not in ours]
    schema = ours.get("schema", DEFAULT_SCHEMA)
    if not _SCHEMA.fullmatch(schema) or schema.startswith("pg_"):
        raise UnknownStore(f"schema={schema!r} in the store's URL: use small letters, digits and _, at most 63 of them")
    pooled = _FLAGS.get(ours.get("pgbouncer", "0"))
    if pooled is None:
        raise UnknownStore(f"pgbouncer={ours['pgbouncer']!r} in the store's URL: use 1 or 0")
    secret = [(key, "***" if key == "password" else value) for key, value in [*theirs, *ours.items()]]
    user, at, hosts = parts.netloc.rpartition("@")
    name, colon, _ = user.partition(":")
    return Address(
        conninfo=urlunsplit(parts._replace(query=urlencode(theirs, quote_via=quote))),
        shown=urlunsplit(
            parts._replace(netloc=f"{name}{colon and ':***'}{at}{hosts}", query=urlencode(secret, safe="*/"))
        ),
        schema=schema,
        pooled=pooled,
    )
