"""What all views have in common."""

import msgspec


class View(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all views; `msgspec.to_builtins(view)` is its JSON."""
