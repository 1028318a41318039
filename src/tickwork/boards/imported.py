"""What the import of another scheduler's files gives."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """A board, and what of the old files is not in it."""

    board: str
    """YAML that `load_board` reads."""
    problems: tuple[str, ...] = ()
    """What should run but could not be mapped, each as `file:line: what`."""
    warnings: tuple[str, ...] = ()
    """Settings that have another place now, or none, each with what to do instead."""
