"""A job that must not overlap with itself, and that says if it does: it holds a lock as long as it lives.

python holding.py <file> <seconds>
"""

import fcntl
import sys
import time
from pathlib import Path


def hold(file: str, seconds: float) -> None:
    log = Path(f"{file}.log")
    with Path(f"{file}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            tell(log, "OVERLAP")
        tell(log, "began")
        time.sleep(seconds)
        tell(log, "ended")


def tell(log: Path, word: str) -> None:
    with log.open("a") as file:
        file.write(f"{word}\n")


if __name__ == "__main__":
    hold(sys.argv[1], float(sys.argv[2]))
