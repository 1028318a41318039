"""What goes in and comes out of the verbs."""

import msgspec


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """Base of what goes in and comes out of the verbs."""
