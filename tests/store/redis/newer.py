"""A process of a newer Tickwork that works for a while. `newer.py URL NAME functions|scripts|breaking…`.

`breaking`: older ones must not work beside it.
"""

import asyncio
import sys
from dataclasses import replace

from tests.store.redis import laborer
from tickwork.store.redis import caller, library, publishing, server


def become_newer(*, breaking: bool, scripts: bool) -> None:
    """Before anything is composed: the version is part of the source."""
    library.VERSION += 1
    publishing.VERSION = caller.VERSION = library.VERSION  # type: ignore[misc]
    if breaking:
        library.OLDEST = library.VERSION
    if scripts:
        examine = server.examine
        caller.examine = lambda wire: replace(examine(wire), functions=False)  # type: ignore[assignment]


if __name__ == "__main__":
    url, name, *words = sys.argv[1:]
    become_newer(breaking="breaking" in words, scripts="scripts" in words)
    asyncio.run(laborer.main(url, name))
