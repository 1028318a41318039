"""The instance's secret keys: what signs the tokens of runs and seals the secrets of projects."""

import hashlib
import hmac
import os
import secrets
import stat
from collections.abc import Sequence
from pathlib import Path

from tickwork.errors import InvalidSetting

_BYTES = 32

_Version = tuple[int, int]
"""Of a file: it is always replaced, never written over."""


class Keyring:
    """Keys from a setting, or from a file that is made at its first use, for its owner alone.

    The first key makes; the others still open what they made before they were replaced.
    """

    def __init__(
        self, *, texts: Sequence[str] = (), file: Path | None = None, setting: str = "secret_key_file"
    ) -> None:
        """`texts`: the keys themselves; they win over `file`, which has one key a line. Neither: keys that live as
        long as this object (a store in memory). `setting`: where the file was named, for messages."""
        self._texts = tuple(texts)
        self._file = file
        self._setting = setting
        self._keys: tuple[bytes, ...] = ()
        self._derived: dict[str, tuple[bytes, ...]] = {}
        self._seen: _Version | None = None

    def _all(self) -> tuple[bytes, ...]:
        """Another process may put a new key into the file at any time. Raises `InvalidSetting` for a file that cannot
        be used."""
        seen = None if self._texts or self._file is None else _version(self._file)
        if not self._keys or seen != self._seen:
            texts = self._texts or (
                _lines(self._file, self._setting) if self._file is not None else [secrets.token_hex(_BYTES)]
            )
            self._keys = tuple(hashlib.sha256(b"tickwork instance key\0" + text.encode()).digest() for text in texts)
            self._seen, self._derived = seen, {}
        return self._keys

    def keys(self, purpose: str) -> tuple[bytes, ...]:
        """Keys of 32 bytes for one purpose, the current one first: none of them tells anything about another
        purpose's. Raises `InvalidSetting`."""
        whole = self._all()
        if purpose not in self._derived:
            self._derived[purpose] = tuple(hmac.digest(key, purpose.encode(), "sha256") for key in whole)
        return self._derived[purpose]

    def renew(self) -> bool:
        """Put a new key in front of those in the file; False where the keys come from a setting."""
        if self._texts or self._file is None:
            return False
        _write(self._file, [secrets.token_hex(_BYTES), *_lines(self._file, self._setting)], self._setting)
        return True

    def forget_old(self) -> None:
        """Leave only the current key in the file. What older ones made is lost then."""
        if self._file is not None and not self._texts:
            _write(self._file, _lines(self._file, self._setting)[:1], self._setting)


def _version(file: Path) -> _Version | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns


def _lines(file: Path, setting: str) -> list[str]:
    try:
        return _read(file, setting) or _made(file, setting)
    except OSError as error:
        raise InvalidSetting(f"{setting}: {file} cannot be used: {error.strerror}") from None


def _read(file: Path, setting: str) -> list[str] | None:
    """None where there is no such file."""
    try:
        with file.open(encoding="utf-8") as opened:
            mode = stat.S_IMODE(os.fstat(opened.fileno()).st_mode)
            lines = opened.read().split()
    except FileNotFoundError:
        return None
    if mode & 0o077:
        raise InvalidSetting(
            f"{setting}: {file} can be read by others than its owner (mode {mode:o}); run chmod 600 {file}"
        )
    if not lines:
        raise InvalidSetting(
            f"{setting}: {file} is empty; restore it from a backup, or remove it: what was made "
            "with its key (the secrets that it sealed) is lost then"
        )
    return lines


def _made(file: Path, setting: str) -> list[str]:
    """A new key: of several processes that make one at once, one succeeds, and all use its key."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = _draft(file, [secrets.token_hex(_BYTES)])
    try:
        file.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    found = _read(file, setting)
    assert found is not None
    return found


def _write(file: Path, lines: Sequence[str], setting: str) -> None:
    try:
        _draft(file, lines).replace(file)
    except OSError as error:
        raise InvalidSetting(f"{setting}: {file} cannot be written: {error.strerror}") from None


def _draft(file: Path, lines: Sequence[str]) -> Path:
    """A complete file beside it, which takes its name in one step."""
    draft = file.with_name(f"{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
    fd = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(fd, "w", encoding="utf-8") as opened:
        opened.writelines(f"{line}\n" for line in lines)
        opened.flush()
        os.fsync(fd)
    return draft
