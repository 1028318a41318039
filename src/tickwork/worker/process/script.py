"""Scripts: text that is run by its `#!` line from a file of its own, without an x bit."""

import os
from pathlib import Path

from tickwork.worker.processes import Account

PLACEHOLDER = "{script}"
DEFAULT_INTERPRETER = ("/bin/sh",)
_NAME = "script"
_BOM = b"\xef\xbb\xbf"


def interpreter(text: bytes) -> tuple[str, ...]:
    """The interpreter and, as in the kernel, the rest of the line as one argument. Default: `/bin/sh`."""
    first = text.removeprefix(_BOM).split(b"\n", 1)[0]
    if not first.startswith(b"#!"):
        return DEFAULT_INTERPRETER
    words = os.fsdecode(first[2:].strip()).split(maxsplit=1)
    return tuple(words) or DEFAULT_INTERPRETER


def command_line(argv: tuple[str, ...], text: bytes, path: str) -> tuple[str, ...]:
    """`argv` with the script's path in place of the placeholder; as a program it goes behind its interpreter."""
    filled = tuple(path if word == PLACEHOLDER else word for word in argv)
    return (*interpreter(text), *filled) if argv[0] == PLACEHOLDER else filled


def write(folder: str, text: bytes, *, owner: Account | None = None) -> str:
    """Put the text into a file in `folder`, which must not exist yet and is nobody else's than `owner`'s. Returns the
    path."""
    Path(folder).mkdir(mode=0o700)
    path = f"{folder}/{_NAME}"
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with open(fd, "wb") as file:  # noqa: PTH123 (a descriptor)
        file.write(text.removeprefix(_BOM))
    if owner is not None:
        for made in (path, folder):
            os.chown(made, owner.uid, owner.gid)
    return path


def remove(folder: str) -> None:
    """Remove a folder that `write` made, if it is there, with what the script may have put next to itself."""
    try:
        Path(folder, _NAME).unlink(missing_ok=True)
        Path(folder).rmdir()
    except FileNotFoundError:
        return
    except OSError:
        import shutil  # rarely needed, and a supervisor starts in a millisecond without it

        shutil.rmtree(folder, ignore_errors=True)
