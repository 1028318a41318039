"""What is shown to a server, and whether it is trusted."""

import ssl
from pathlib import Path

from tickwork.config import Settings
from tickwork.errors import InvalidSetting


def key_of(settings: Settings) -> str:
    """The key, from the setting or its file; "": there is none. Raises `InvalidSetting`."""
    if settings.key:
        return settings.key
    if not settings.key_file:
        return ""
    file = Path(settings.key_file).expanduser()
    try:
        key = file.read_text(encoding="utf-8").strip()
        mode = file.stat().st_mode & 0o777
    except OSError as error:
        raise InvalidSetting(f"key_file: {file}: {error.strerror}") from None
    if mode & 0o077:
        raise InvalidSetting(f"key_file: {file} can be read by others (mode {mode:o}); run chmod 600 {file}")
    if not key:
        raise InvalidSetting(f"key_file: {file} is empty; `tickwork key add NAME` makes a key")
    return key


def trusted(settings: Settings) -> ssl.SSLContext | bool:
    """Whom to trust under TLS: what the system trusts, or the certificates in a file. Raises `InvalidSetting`."""
    if not settings.server_ca:
        return True
    try:
        return ssl.create_default_context(cafile=settings.server_ca)
    except (OSError, ssl.SSLError) as error:
        raise InvalidSetting(f"server_ca: {settings.server_ca}: {error}") from None
