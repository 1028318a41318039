"""What definitions are built of."""

import msgspec


class Stored(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Base of values that are stored as JSON: immutable, strict, defaults left out."""
