"""What is installed, and how a shell completes it."""

import sys
from importlib.metadata import version

import rich_click as click

from tickwork.cli.acting import json_option
from tickwork.cli.output import print_json

_INTO = {
    "bash": "~/.bashrc",
    "zsh": "~/.zshrc",
    "fish": "~/.config/fish/completions/tickwork.fish",
}


@click.command("version")
@json_option
def version_command(*, as_json: bool) -> None:
    """Print the version."""
    if as_json:
        print_json({"tickwork": version("tickwork"), "python": sys.version.split()[0]})
    else:
        print(f"tickwork {version('tickwork')}")


@click.command("completion")
@click.argument("shell", type=click.Choice(list(_INTO)))
def completion_command(*, shell: str) -> None:
    """Print the completion script of a shell: `tickwork completion bash >> ~/.bashrc`."""
    from click.shell_completion import get_completion_class

    from tickwork.cli.app import cli

    kind = get_completion_class(shell)
    assert kind is not None
    print(f"# append this to {_INTO[shell]}")
    print(kind(cli, {}, "tickwork", "_TICKWORK_COMPLETE").source())
