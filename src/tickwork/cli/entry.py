"""From `sys.argv` to an exit code: the one place where errors become what a person at a terminal reads."""

import os
import sys
import traceback
from collections.abc import Sequence

import click
import msgspec

from tickwork.cli.app import BROKEN_PIPE, FAULT, INTERRUPTED, cli
from tickwork.cli.output import let_go_of_stdout
from tickwork.errors import StoreTooNew, TickworkError, unreadable

_COMPLETE = "_TICKWORK_COMPLETE"


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out one command line; returns its exit code. Nothing escapes as a traceback."""
    _print_whatever_comes()
    try:
        code = _carry_out(list(sys.argv[1:] if arguments is None else arguments))
        sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        let_go_of_stdout()
        return BROKEN_PIPE
    except Exception as error:  # noqa: BLE001 (the last frame of the program: it is told and becomes the exit code)
        return _fail(error)
    return code


def _carry_out(arguments: list[str]) -> int:
    if instruction := os.environ.get(_COMPLETE):
        from click.shell_completion import shell_complete

        return shell_complete(cli, {}, "tickwork", _COMPLETE, instruction)
    try:
        with cli.make_context("tickwork", arguments) as context:
            result = cli.invoke(context)
    except click.exceptions.Exit as end:
        return end.exit_code
    return result if isinstance(result, int) else 0


def _fail(error: Exception) -> int:
    """Say what went wrong, one line per problem; returns the exit code."""
    text, code = _told(error)
    for line in text.splitlines():
        print(f"tickwork: {line}", file=sys.stderr)
    if code == FAULT and os.environ.get("TICKWORK_DEBUG"):
        traceback.print_exception(error)
    return code


def _told(error: Exception) -> tuple[str, int]:
    if isinstance(error, msgspec.ValidationError):
        error = StoreTooNew(unreadable(error))
    match error:
        case TickworkError():
            return str(error), error.exit_code
        case click.UsageError(ctx=click.Context() as context):
            return f"{error.format_message()} (see `{context.command_path} --help`)", error.exit_code
        case click.ClickException():
            return error.format_message(), error.exit_code
        case OSError(strerror=str() as why):
            return f"{error.filename}: {why}" if error.filename else why, 1
        case ExceptionGroup(exceptions=(first, *_)):
            return _told(first)
        case _:
            told = f"{type(error).__name__}: {error}".replace("\n", " ")
            return (
                f"a fault of Tickwork's own, {told} (please report it with what the same command prints "
                "under TICKWORK_DEBUG=1)"
            ), FAULT


def _print_whatever_comes() -> None:
    """Names and messages may hold what the terminal's encoding has no letter for; that is no reason to fail."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
