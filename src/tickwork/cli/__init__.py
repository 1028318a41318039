"""The command line: thin over `tickwork.operations`, one module per group of commands."""

from tickwork.cli.entry import main

__all__ = ["main"]
