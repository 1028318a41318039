"""The verbs of commands over a store at hand: `Operations`, asked as a server is."""

from tickwork.cli.local.verbs import LocalVerbs

__all__ = ["LocalVerbs"]
