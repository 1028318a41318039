"""Every command with its help, as a page."""

import html
import inspect
import re
from collections.abc import Iterator

import click

from tickwork.cli.app import PANELS, cli


def command_help() -> str:
    parts: list[str] = []
    context = click.Context(cli, info_name="tickwork")
    for title, names in PANELS.items():
        parts.append(f"## {title}")
        for name in names:
            command = cli.get_command(context, name)
            assert command is not None
            parts.extend(_command(command, click.Context(command, info_name=name, parent=context)))
    return "\n\n".join(parts)


def _command(command: click.Command, context: click.Context) -> Iterator[str]:
    yield f"### {context.command_path}"
    yield f"`{' '.join([context.command_path, *command.collect_usage_pieces(context)])}`"
    yield from _paragraphs(inspect.cleandoc(command.help or ""))
    if rows := list(_options(command, context)):
        yield "\n".join(["| option | |", "|---|---|", *rows])
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            yield from _command(inner, click.Context(inner, info_name=name, parent=context))


def _paragraphs(text: str) -> Iterator[str]:
    """The help's paragraphs; what follows a `\\b` keeps its lines."""
    for paragraph in re.split(r"\n\s*\n", text):
        if paragraph.startswith("\b"):
            yield f"```text\n{paragraph.removeprefix(chr(8)).strip(chr(10))}\n```"
        else:
            yield " ".join(paragraph.split())


def _options(command: click.Command, context: click.Context) -> Iterator[str]:
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record is not None and "--help" not in record[0]:
            yield f"| {_code(record[0])} | {record[1].replace('|', '&#124;')} |"


def _code(text: str) -> str:
    """In a cell of a table, where a bar ends even what stands between backquotes."""
    return f"<code>{html.escape(text).replace('|', '&#124;')}</code>" if "|" in text else f"`{text}`"
