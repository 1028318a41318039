"""The parts of a page that a test can do something with: its fenced blocks, and what the comments around them ask for.

A block says what becomes of it, by its language, its title, or a comment right above it:

| In the page | The test |
|---|---|
| ```` ```yaml title="board.yaml" ```` | writes the file into the page's folder |
| ```` ```console ```` | runs each line after `$ ` in that folder, and compares what it prints with what is shown |
| `<!-- board -->` | loads the block as a board |
| `<!-- exits 3 -->` | expects this of the last command of the block |
| `<!-- stays -->` | leaves the last command of the block running, once it has printed what is shown |
| `<!-- not run: why -->` | holds the commands and options of `tickwork` in it against those that there are |

By themselves stand `<!-- run: command -->` (what a reader has done meanwhile), `<!-- until: command -->` (what a reader
waits for: repeated until it succeeds), `<!-- stop -->` (Ctrl-C for what stays) and `<!-- ends 5 -->` (what stays ends
by itself, with this code). In what is printed, `…` stands for
anything within a line, and alone in a line for any lines; blanks count as one. Where nothing is shown, nothing is
compared.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_FENCE = (
    r'^(?P<indent> *)(?P<ticks>```+)(?P<language>\w*)(?: title="(?P<title>[^"]+)")?\n'
    r"(?P<text>.*?)^(?P=indent)(?P=ticks)$"
)
_COMMENT = r"^<!-- (?P<ask>[^\n]*?) -->$"
_PART = re.compile(f"{_FENCE}|{_COMMENT}", re.MULTILINE | re.DOTALL)
_ABOVE = ("board", "exits ", "stays", "not run: ")
_ALONE = ("run: ", "until: ", "stop", "ends ")


@dataclass(frozen=True, kw_only=True)
class Block:
    """A fenced block with its mark, or (`language` empty, `text` empty) a comment that stands by itself."""

    line: int
    language: str = ""
    title: str = ""
    text: str = ""
    mark: str = ""

    @property
    def kind(self) -> str:
        """`file`, `console`, `board`, `not run`; of comments `run`, `until`, `stop`, `ends`."""
        word = self.mark.partition(":")[0]
        if word in {"board", "not run", "run", "until", "stop"}:
            return word
        if word.startswith("ends "):
            return "ends"
        return "file" if self.title else self.language

    @property
    def said(self) -> str:
        """What stands behind the colon of the mark."""
        return self.mark.partition(": ")[2]


@dataclass(frozen=True, kw_only=True)
class Command:
    """A line after `$ ` (with its continuation lines), and what is printed below it."""

    text: str
    prints: str


def blocks(page: str) -> Iterator[Block]:
    """In their order, without those that are generated. Raises `ValueError` for one that says nothing of itself."""
    above = ""
    for found in _PART.finditer(_written(page)):
        line = page.count("\n", 0, found.start()) + 1
        if (ask := found["ask"]) is not None:
            if ask.startswith(_ALONE):
                yield Block(line=line, mark=ask)
            elif ask.startswith(_ABOVE):
                above = ask
            continue
        text = re.sub(rf"^{found['indent']}", "", found["text"], flags=re.MULTILINE)
        block = Block(line=line, language=found["language"], title=found["title"] or "", text=text, mark=above)
        if block.kind not in {"file", "console", "board", "not run"}:
            raise ValueError(f"line {line}: this block is neither a file, nor run, nor marked with why it is not")
        yield block
        above = ""


def _written(page: str) -> str:
    """With the generated parts blanked out: they are held against the code, line for line."""
    return re.sub(
        r"<!-- (?P<name>[\w ]+) -->.*?<!-- end of (?P=name) -->",
        lambda part: re.sub(r"[^\n]", " ", part[0]),
        page,
        flags=re.DOTALL,
    )


def commands(block: Block) -> list[Command]:
    """Of a console block."""
    parts = re.split(r"^\$ ", block.text, flags=re.MULTILINE)
    if parts[0].strip():
        raise ValueError(f"line {block.line}: a console block begins with `$ `")
    return [_command(part) for part in parts[1:]]


def _command(part: str) -> Command:
    """A line that ends in a backslash, and the lines of a here-document, belong to the command."""
    lines = part.split("\n")
    end = 1
    while lines[end - 1].endswith("\\"):
        end += 1
    if here := re.search(r"<<\s*'?(\w+)'?", lines[0]):
        end = lines.index(here[1]) + 1
    return Command(text="\n".join(lines[:end]), prints="\n".join(lines[end:]).strip("\n"))


def pattern_of(prints: str, *, whole: bool = True) -> re.Pattern[str]:
    """What printed text must be to be what the page shows. `whole`: nothing may follow."""
    parts = []
    for line in _even(prints).split("\n"):
        text = ".*".join(re.escape(part) for part in line.split("…"))
        parts.append(r"(?:.*\n)*?" if line == "…" else f"{text}\n")
    return re.compile("".join(parts) + (r"\Z" if whole else ""))


def is_shown(prints: str, printed: str, *, whole: bool = True) -> bool:
    return pattern_of(prints, whole=whole).match(_even(printed) + "\n") is not None


def _even(text: str) -> str:
    return "\n".join(re.sub(r"\s+", " ", line).strip() for line in text.strip("\n").split("\n"))
