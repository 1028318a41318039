"""A board file as data that knows its lines.

The formats (`yaml_source`, `toml_source`) make these values; the reader asks them where a key stood, so that
every problem can name its line.
"""

from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Self

from tickwork.errors import InvalidBoard

MAX_BYTES = 32 * 1024 * 1024
MAX_DEPTH = 50
MAX_NODES = 5_000_000
"""Values in one board, counted with aliases expanded."""

_KINDS = {
    "Mapping": "a table",
    "Items": "a list",
    "NoneType": "nothing",
}


class Mapping(dict[str, Any]):
    """A table. `line`: where it begins; `lines`: where each of its keys stands."""

    __slots__ = ("line", "lines", "size")

    def __init__(self, line: int = 1) -> None:
        super().__init__()
        self.line = line
        self.lines: dict[str, int] = {}
        self.size = 1
        """Values inside, itself included, aliases expanded."""


class Items(list[Any]):
    """A list. `line`: where it begins; `lines`: where each of its items stands."""

    __slots__ = ("line", "lines", "size")

    def __init__(self, line: int = 1) -> None:
        super().__init__()
        self.line = line
        self.lines: list[int] = []
        self.size = 1


class Tagged(str):
    """A scalar with a local tag: `!retval crawl`."""

    __slots__ = ("tag",)
    tag: str

    @classmethod
    def of(cls, tag: str, text: str) -> Self:
        tagged = cls(text)
        tagged.tag = tag
        return tagged


def plain(value: Any) -> Any:
    """The value as ordinary dicts, lists and scalars, shared with nothing. What is tagged: a table of its tag."""
    if isinstance(value, Tagged):
        return {value.tag: str(value)}
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value


def described(value: Any) -> str:
    """A value in a message: scalars as they are, the rest by kind."""
    if isinstance(value, Mapping | Items | None):
        return _KINDS[type(value).__name__]
    if isinstance(value, bool):
        return str(value).lower()
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:60]}…{text[-15:]}"  # noqa: PLR2004


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: file, line and the path of keys. Problems are gathered through it."""

    file: str
    line: int = 1
    path: str = ""
    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def key(self, table: Mapping, key: str) -> "Place":
        """The place of a key of the table that stands here."""
        below = f"{self.path}.{key}" if self.path else key
        return Place(self.file, table.lines.get(key, table.line), below, self.problems, self.warnings)

    def item(self, items: Items, index: int) -> "Place":
        return Place(self.file, items.lines[index], f"{self.path}[{index}]", self.problems, self.warnings)

    def report(self, text: str) -> None:
        """Something that cannot be accepted."""
        self.problems.append(self._said(text))

    def warn(self, text: str) -> None:
        """Something that is accepted but is hardly meant so."""
        self.warnings.append(self._said(text))

    def _said(self, text: str) -> str:
        where = f"{self.path}: " if self.path else ""
        return f"{self.file}:{self.line}: {where}{text}"


def suggestion(wrong: str, known: list[str]) -> str:
    """`did you mean 'timeout'?`, or what is known where nothing is near."""
    close = get_close_matches(wrong, known, n=1, cutoff=0.6)
    return f"did you mean {close[0]!r}?" if close else f"known here: {', '.join(known) or 'nothing'}"


def read_text(path: Path, *, shown: str) -> str:
    """The file's text. Raises `InvalidBoard` for one that is missing, unreadable, too large or not text."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise InvalidBoard([f"{shown}: there is no such file"]) from None
    except IsADirectoryError:
        raise InvalidBoard([f"{shown}: is a folder; name the board file in it"]) from None
    except (OSError, ValueError) as error:
        raise InvalidBoard([f"{shown}: cannot be read: {getattr(error, 'strerror', None) or error}"]) from None
    if len(data) > MAX_BYTES:
        raise InvalidBoard([f"{shown}: is larger than {MAX_BYTES // 1024 // 1024} MB; split it into several boards"])
    return decoded(data, shown=shown)


def decoded(data: bytes, *, shown: str) -> str:
    """UTF-8 text (a byte order mark is dropped). Raises `InvalidBoard` naming the line of the first bad byte."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InvalidBoard([f"{shown}:{line}: is not UTF-8 text (byte 0x{data[error.start]:02x})"]) from None
    if "\0" in text:
        raise InvalidBoard([f"{shown}: is a binary file, not a board"])
    return text
