"""The key by which what this installation wrote is told from what somebody else did."""

import hashlib
import os
import secrets
import stat
from contextlib import suppress
from functools import cached_property
from pathlib import Path

from tickwork.errors import InvalidSetting

_BYTES = 32


class SigningKey:
    """From a setting, or from a file that is made at its first use, for its owner alone."""

    def __init__(self, *, text: str = "", file: str = "") -> None:
        """`text`: the key itself; it wins. `file`: where it stands; empty: in the user's data folder."""
        self._text = text
        self._file = file

    @cached_property
    def value(self) -> bytes:
        """Raises `InvalidSetting` for a file that cannot be read, is empty, or can be read by others."""
        if self._text:
            return _stretched(self._text.encode())
        path = Path(self._file) if self._file else _default_file()
        try:
            return _stretched(_read(path) or _made(path))
        except OSError as error:
            raise InvalidSetting(f"signing_key_file: {path} cannot be used: {error.strerror}") from None


def _read(path: Path) -> bytes | None:
    """None where there is no such file."""
    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            text = file.read().strip()
    except FileNotFoundError:
        return None
    if mode & 0o077:
        raise InvalidSetting(
            f"signing_key_file: {path} can be read by others than its owner (mode {mode:o}); run chmod 600 {path}"
        )
    if not text:
        raise InvalidSetting(f"signing_key_file: {path} is empty; remove it, and a new key is made")
    return text


def _made(path: Path) -> bytes:
    """A new key, complete before it has its name: of several processes that make one at once, one succeeds."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    fd = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(fd, "wb") as file:
            file.write(secrets.token_hex(_BYTES).encode() + b"\n")
            file.flush()
            os.fsync(fd)
        with suppress(FileExistsError):
            path.hardlink_to(draft)
    finally:
        draft.unlink()
    found = _read(path)
    assert found is not None
    return found


def _stretched(text: bytes) -> bytes:
    """Of one length, whatever stands in a setting."""
    return hashlib.sha256(b"tickwork signing key\0" + text).digest()


def _default_file() -> Path:
    import platformdirs

    return Path(platformdirs.user_data_dir("tickwork")) / "signing.key"
