"""The client without coroutines, made from the one with them: each verb is written once."""

import re
from pathlib import Path

import tickwork.client

_HERE = Path(tickwork.client.__file__).parent
TARGET = _HERE / "synchronous"
MODULES = sorted((_HERE / "asynchronous").glob("*.py"))

_WORDS = (
    (
        r'^"""The client as it is written[^"]*"""',
        '"""Made from `tickwork.client.asynchronous` by `python -m tests.client`: do not edit."""',
    ),
    (r"\bAsync(?=[A-Z])", ""),
    (r"\bimport asyncio\b", "import time"),
    (r"\basyncio\.sleep\b", "time.sleep"),
    (r"\basync (?=def|for|with)", ""),
    (r"\bawait ", ""),
    (r"  # noqa: ASYNC109.*$", ""),
    (r"__a(enter|exit)__", r"__\1__"),
    (r"\baclose\b", "close"),
    (r"\bclient\.asynchronous\b", "client.synchronous"),
    ("It may be used by many tasks at a time.", "It may be used by many threads at a time."),
)


def synchronous(text: str) -> str:
    for word, instead in _WORDS:
        text = re.sub(word, instead, text, flags=re.MULTILINE)
    return text
