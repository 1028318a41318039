"""What people type about people: passwords, roles, and what nobody may look over their shoulder at."""

import sys
from collections.abc import Iterable

import click

from tickwork.core.roles import Role
from tickwork.errors import InvalidSetting


def parse_roles(pairs: Iterable[str]) -> dict[str, Role | None]:
    """`project=role` pairs; `project=` takes the role away. Raises `InvalidSetting`."""
    roles: dict[str, Role | None] = {}
    for pair in pairs:
        project, sign, role = pair.rpartition("=")
        if not sign or not project or role not in {"", *Role}:
            raise InvalidSetting(f"--role {pair!r}: write it as project=role; roles are {', '.join(Role)}")
        roles[project] = Role(role) if role else None
    return roles


def read_hidden(what: str, *, twice: bool = False) -> str:
    """From the terminal without showing it, else the first line (of a secret: all) of standard input."""
    if sys.stdin.isatty():
        return str(click.prompt(what, hide_input=True, confirmation_prompt=twice, err=True))
    return sys.stdin.read().removesuffix("\n").removesuffix("\r")
