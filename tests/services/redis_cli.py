"""`redis-cli`, for lines of the documentation that are typed literally: the machine's own, else a stand-in for it."""

import shutil
import sys
from pathlib import Path

import redis

ROOT = Path(__file__).parents[2]


def install(folder: Path, socket: Path) -> None:
    """Put a `redis-cli` into `folder` that talks to the server on this socket."""
    program = shutil.which("redis-cli") or shutil.which("valkey-cli")
    words = f"{program} -s" if program else f"env PYTHONPATH={ROOT} {sys.executable} -m tests.services.redis_cli"
    script = folder / "redis-cli"
    script.write_text(f'#!/bin/sh\nexec {words} {socket} "$@"\n')
    script.chmod(0o755)


def main(socket: str, *words: str) -> None:
    """One command, and its reply as redis-cli prints it into a pipe."""
    with redis.Redis(unix_socket_path=socket, protocol=2, decode_responses=True) as client:
        sys.stdout.write(f"{client.execute_command(*words)}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
