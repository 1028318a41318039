"""How a worker gets a key of its own: a token that somebody made, used once."""

import os
import sys
from pathlib import Path
from typing import Any

import rich_click as click

from tickwork.cli.acting import json_option, over_either
from tickwork.cli.output import print_json, say
from tickwork.cli.verbs import Verbs
from tickwork.config import Settings, environment, load
from tickwork.core.clock import SECOND
from tickwork.core.timing.text import parse_duration
from tickwork.errors import InvalidSetting
from tickwork.node import worker_name
from tickwork.operations.people.views import MadeKey

_PATIENCE = 30.0
_FROM_STDIN = "-"


@click.command("enrol")
@click.option("--pool", "pools", multiple=True, metavar="POOL", help="A pool of the worker (default: default).")
@click.option("--lasts", metavar="LENGTH", default="1h", show_default=True, help="Good for nothing after this time.")
@json_option
@over_either
async def enrol_command(verbs: Verbs, *, pools: tuple[str, ...], lasts: str, as_json: bool) -> None:
    """Make a token with which one worker gets a key of its own, once: `tickwork worker enroll --token …`."""
    made = await verbs.keys.enrol(pools=pools, lasts=parse_duration(lasts, what="--lasts") / SECOND)
    if as_json:
        print_json(made)
        return
    print(made.token)
    say(f"good once, until {made.expires}, for a worker of the pools {', '.join(made.pools)}")


@click.command("enroll")
@click.option("--server", metavar="URL", help="The server that the token is of.")
@click.option("--token", metavar="TOKEN", required=True, help="From `tickwork key enrol`; `-`: from standard input.")
@click.option("--name", "worker_name", metavar="NAME", help="The worker's name (default: the host's).")
@click.option("--key-file", metavar="FILE", help="Where the key goes, readable by you alone. It must not be there yet.")
@click.option("--server-ca", metavar="FILE", help="Certificates to trust instead of the system's.")
def enroll_command(*, token: str, **flags: Any) -> None:
    """Get a key of its own for a worker, by a token that is good once.

    `tickwork worker enroll --server https://tickwork.example --token twe_… --key-file ~/.tickwork.key`
    """
    settings = load(environment(), **flags, tables=("worker",))
    for name, value in (("server", settings.server), ("key_file", settings.key_file)):
        if not value:
            flag = name.replace("_", "-")
            raise InvalidSetting(f"{name}: enrolment needs it: --{flag}, or TICKWORK_{name.upper()}")
    made = _enrolled(settings, token if token != _FROM_STDIN else sys.stdin.readline().strip())
    print(f"enrolled {made.key.name} for the pools {', '.join(made.key.pools)}; its key is in {settings.key_file}")


def _enrolled(settings: Settings, token: str) -> MadeKey:
    """The file comes first: a key that has no place would be lost, and the token with it."""
    path = Path(settings.key_file).expanduser()
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise InvalidSetting(f"key_file: {path} is there already; take another file, or delete it") from None
    try:
        made = _asked(settings, token)
        os.write(file, f"{made.secret}\n".encode())
    except BaseException:
        path.unlink()
        raise
    finally:
        os.close(file)
    return made


def _asked(settings: Settings, token: str) -> MadeKey:
    from tickwork.cli.trust import trusted
    from tickwork.client.synchronous.http import Connection, path

    connection = Connection(settings.server, key="", timeout=_PATIENCE, verify=trusted(settings), transport=None)
    body = {"token": token, "name": worker_name(settings)}
    try:
        return connection.ask("POST", path("enrolments", "use"), MadeKey, body=body)
    finally:
        connection.close()
