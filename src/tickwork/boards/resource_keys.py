"""The keys that say what a run may use at most, and how its files are made."""

import re
from typing import Any

from tickwork.boards.kinds import Key, Table, Unfit, keys
from tickwork.boards.scalars import Length, Whole
from tickwork.boards.source import Place, described
from tickwork.core.model import Resources
from tickwork.core.sizes import KILO, format_size, parse_size

_LEAST_MEMORY, _MOST = 16 * KILO**2, 2**53
_UMASK = re.compile(r"0?[0-7]{3}")


class Size:
    """A number of bytes."""

    def read(self, value: Any, _place: Place) -> int:
        size = parse_size(value)
        if size is None:
            raise Unfit(f"{described(value)} is not a size; write 512 MB or 2 GB")
        if not _LEAST_MEMORY <= size <= _MOST:
            raise Unfit(f"{described(value)} is out of bounds; write at least 16 MB")
        return size

    def write(self, value: Any) -> Any:
        return format_size(value)

    def schema(self) -> dict[str, Any]:
        return {"anyOf": [{"type": "integer", "minimum": _LEAST_MEMORY}, {"type": "string"}], "examples": ["512 MB"]}


class Umask:
    """Permission bits, as the shell writes them."""

    def read(self, value: Any, _place: Place) -> int:
        if not isinstance(value, str) or _UMASK.fullmatch(value) is None:
            raise Unfit(f'{described(value)} is not a umask; write three octal digits in quotes, like "027"')
        return int(value, 8)

    def write(self, value: Any) -> Any:
        return f"{value:03o}"

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": f"^{_UMASK.pattern}$", "examples": ["027"]}


RESOURCES = keys(
    Key(name="memory", kind=Size(), doc="Memory; see Limits for what it is counted over."),
    Key(name="cpu", kind=Length(), doc="Processor time of each process, in whole seconds."),
    Key(name="files", kind=Whole(minimum=16, maximum=2**20), doc="Open files of each process."),
    Key(name="processes", kind=Whole(minimum=1, maximum=2**20), doc="Processes at a time."),
)

LIMITS = keys(
    Key(
        name="resources",
        kind=Table(
            keys=RESOURCES,
            build=lambda values: Resources(**values),
            form="{memory: 512 MB, cpu: 10m, files: 1024, processes: 50}",
        ),
        doc="What a run may use at most. One that uses more fails.",
    ),
    Key(name="nice", kind=Whole(minimum=-20, maximum=19), nullable=True, doc="Higher goes behind other programs."),
    Key(name="umask", kind=Umask(), nullable=True, doc='Permissions that its files never get, like "027".'),
)
