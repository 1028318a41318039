"""Numbers of bytes, as people write them."""

import re

KILO = 1024
_UNITS = {"": 1, "k": KILO, "m": KILO**2, "g": KILO**3, "t": KILO**4}
_SIZE = re.compile(r"(?P<number>\d+)\s*(?P<unit>[kmgt]?)(i?b)?", re.IGNORECASE)


def parse_size(value: object) -> int | None:
    """`512 MB`, `2GiB`, `4096` (each unit 1,024 of the one before) in bytes; None: it is no size."""
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    match = _SIZE.fullmatch(text.strip())
    return None if match is None else int(match["number"]) * _UNITS[match["unit"].lower()]


def format_size(size: int) -> str:
    """Without loss: in the largest unit that divides it."""
    unit = next((unit for unit in "tgmk" if size and size % _UNITS[unit] == 0), "")
    return f"{size // _UNITS[unit]} {unit.upper()}B"
