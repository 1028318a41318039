"""The key by which pickled results of this installation are told from what somebody else wrote."""

from functools import cached_property
from pathlib import Path

from tickwork.keyring import Keyring

_PURPOSE = "pickled results"


class SigningKey:
    """From a setting, or from a file that is made at its first use, for its owner alone.

    It is no key of the instance (which seals secrets): workers on other machines have it, too.
    """

    def __init__(self, *, text: str = "", file: str = "") -> None:
        """`text`: the key itself; it wins. `file`: where it stands; empty: in the user's data folder."""
        self._text = text
        self._file = file

    @cached_property
    def value(self) -> bytes:
        """Raises `InvalidSetting` for a file that cannot be read, is empty, or can be read by others."""
        texts = [self._text] if self._text else []
        return Keyring(texts=texts, file=signing_key_file(self._file), setting="signing_key_file").keys(_PURPOSE)[0]


def signing_key_file(file: str) -> Path:
    """Where the key stands; empty: in the user's data folder."""
    if file:
        return Path(file).expanduser()
    import platformdirs

    return Path(platformdirs.user_data_dir("tickwork")) / "signing.key"
