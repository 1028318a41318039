"""What every command does by a server and over a store: the command lines that are compared, and the commands that are
refused, or need neither."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import click

from tickwork.cli.app import cli

Leaf = tuple[str, ...]
"""A command by its words: `("key", "add")`."""


def leaves(command: click.Command = cli, words: Leaf = ()) -> Iterator[Leaf]:
    """Every command that does something itself."""
    if not isinstance(command, click.Group):
        yield words
        return
    if words in {("workers",), ("worker",)}:  # they do something without a further word, too
        yield words
    context = click.Context(command)
    for name in command.list_commands(context):
        inner = command.get_command(context, name)
        assert inner is not None
        yield from leaves(inner, (*words, name))


ALL = frozenset(leaves())


def leaf_of(arguments: Sequence[str]) -> Leaf:
    return max((leaf for leaf in ALL if leaf == tuple(arguments[: len(leaf)])), key=len)


@dataclass(frozen=True, kw_only=True)
class Act:
    """Done by the server, undone, done over the store: both must tell the same."""

    said: tuple[str, ...]
    undo: tuple[str, ...] = ()
    typed: str = ""
    """What comes from standard input."""


def act(*said: str, undo: tuple[str, ...] = (), typed: str = "") -> Act:
    return Act(said=said, undo=undo, typed=typed)


FILES = {
    "other.yaml": "board: other\ntasks: {fetch: {shell: curl}}\njobs: {a: {task: fetch}, b: {shell: x, needs: [a]}}\n",
    "empty.yaml": "board: other\njobs: {}\n",
    "crontab": "MAILTO=a@b.c\n0 2 * * * dump --all\n@daily tidy\n",
    "no-crontab": "",
    "catalog.cfg": "[example]\nfile=example.py\nclass=ExampleJob\nphrase=foo\n",
    "example.py": "class ExampleJob:\n    pass\n",
    "jobcontrol.yaml": "jobs:\n  - {id: crawl, title: Crawl, function: 'spider:crawl', args: [1]}\n",
}
PRELUDE = [
    ("channel", "add", "pager", "command", "--", "true"),
    ("notify", "add", "pager", "--project", "etl"),
    ("respond", "fax", "/bin/fax --to"),
    ("put", "letter", "fax", "hello", "--days", "1", "--lambda", "2", "--step", "1d"),
    ("project", "put", "default"),
]
"""Done over the store, before anything is compared."""

LOOKS = [
    ("ls",),
    ("ls", "--json"),
    ("ls", "--tag", "nightly", "--json"),
    ("runs",),
    ("runs", "byhand", "--state", "failed", "--json"),
    ("show", "backup"),
    ("show", "hourly", "--json"),
    ("next", "backup", "--from", "2026-10-25", "--count", "3"),
    ("next", "--count", "4", "--from", "2027-01-01"),
    ("explain", "byhand"),
    ("explain", "backup", "--at", "2020-01-01"),
    ("ledger", "hourly", "--from", "2027-01-01", "--to", "2027-01-02"),
    ("ledger", "gone"),
    ("verify",),
    ("verify", "hourly", "--json"),
    ("verify", "gone"),
    ("verify", "nothing"),
    ("forecast", "--days", "2", "--from", "2027-01-01"),
    ("graph", "backup"),
    ("edit", "backup"),
    ("export",),
    ("tasks",),
    ("logs", "backup"),
    ("logs", "backup", "--json"),
    ("dump",),
    ("dump", "backup", "letter", "--json"),
    ("dump", "nothing"),
    ("respond",),
    ("calendar", "ls"),
    ("user", "ls"),
    ("user", "show", "root"),
    ("group", "ls"),
    ("key", "ls"),
    ("project", "ls"),
    ("project", "show", "default"),
    ("secret", "ls"),
    ("audit", "--kind", "user"),
    ("channel", "ls"),
    ("channel", "ls", "--json"),
    ("notify", "ls"),
    ("notify", "log"),
    ("notify", "log", "--run", "nothing"),
    ("show", "nothing"),
    ("logs", "nothing"),
    ("calendar", "show", "nothing"),
]

ACTS = [
    act("plan", "other.yaml"),
    act("apply", "other.yaml", "--dry-run"),
    act("apply", "other.yaml", undo=("apply", "empty.yaml")),
    act("import", "crontab", "crontab", "--name", "c", undo=("import", "crontab", "no-crontab", "--name", "c")),
    act("import", "catalog", "catalog.cfg", "--tasks-dir", "."),
    act("import", "jobcontrol", "jobcontrol.yaml", undo=("rm", "crawl")),
    act("pause", "byhand", "--why", "a test", undo=("resume", "byhand")),
    act("resume", "hourly"),
    act("edit", "backup", "timeout=2h", undo=("edit", "backup", "--reset")),
    act("put", "my job", "console", "hello", "--minutes", "3", "--from", "1790000000", undo=("remove", "my job")),
    act("put", "my job", "console", "hello world", "--minutes", "3", "--json", undo=("remove", "my job")),
    act("put", "backup", "shell", "rm", "--days", "1"),
    act("put", "x", "telex", "y", "--days", "1"),
    act("create", "one", "fax", "x", "--hours", "1", undo=("rm", "one")),
    act("create", "letter", "fax", "x", "--hours", "1"),
    act("submit", "shell", "true"),
    act("submit", "fax", "hello", "--json"),
    act("submit", typed='{"runner": "console", "payload": "hi"}'),
    act("remove", "letter", undo=PRELUDE[3]),
    act("respond", "mail", "/bin/mail -s", undo=("respond", "mail", "--remove")),
    act("respond", "fax", "/bin/fax --all", undo=PRELUDE[2]),
    act("respond", "shell", "/bin/sh"),
    act("respond", "telex", "--remove"),
    act("calendar", "put", "closed", "2026-12-25", undo=("calendar", "rm", "closed")),
    act("calendar", "rm", "nothing"),
    act("pool", "put", "gpu", "--max-running", "2", undo=("pool", "rm", "gpu")),
    act("pool", "rm", "nothing"),
    act("workers"),
    act("pool", "ls"),
    act("pool", "show", "default"),
    act("workers", "drain", "box7", undo=("workers", "undrain", "box7")),
    act("workers", "undrain", "box8"),
    act("user", "add", "ann", "--display", "Ann", undo=("user", "rm", "ann")),
    act("user", "set", "root", "--display", "Root"),
    act("user", "passwd", "root", typed="correct horse battery"),
    act("user", "passwd", "root", typed="short"),
    act("user", "passwd", "root", "--remove"),
    act("user", "link", "root", "--lasts", "2h"),
    act("user", "signout", "root"),
    act("user", "signout", "nobody"),
    act("user", "rm", "nobody"),
    act("group", "add", "night", "root", "--role", "etl=viewer", undo=("group", "rm", "night")),
    act("group", "set", "night", "--role", "etl=editor"),
    act("group", "rm", "nothing"),
    act("key", "add", "deploy", "--owner", "root", "--scope", "read", "--lasts", "90d"),
    act("key", "add", "box7", "--worker", "--pool", "gpu"),
    act("key", "enrol", "--pool", "gpu", "--lasts", "2h"),
    act("project", "put", "web", "--description", "Serves.", undo=("project", "rm", "web")),
    act("project", "keep", "default", "{for: 90d, failed: 1y}"),
    act("project", "keep", "default", "for ever"),
    act("project", "rm", "nothing"),
    act("secret", "set", "TOKEN", typed="hidden value", undo=("secret", "rm", "TOKEN")),
    act("secret", "rm", "nothing"),
    act("secret", "rotate"),
    act("secret", "rotate", "--forget"),
    act("channel", "add", "ops", "mail", "a@b.c", "--quiet", "22:00-07:00", undo=("channel", "rm", "ops")),
    act("channel", "add", "ops", "webhook", "ftp://b.c"),
    act("channel", "rm", "pager"),
    act("channel", "test", "pager"),
    act("channel", "test", "nothing"),
    act("notify", "add", "pager", "--job", "backup", "--on", "failed", undo=("notify", "rm", "--job", "backup")),
    act("notify", "add", "nothing"),
    act("notify", "add", "pager", "--job", "nothing"),
    act("notify", "rm", "--pool", "gpu"),
    act("notify", "test", "mail:a@b.c"),
    act("checkin", "byhand"),
    act("checkin", "byhand", "--show"),
    act("checkin", "nothing"),
    act("replay", "hourly", "--slot", "2020-01-01T00:00"),
    act("backfill", "hourly", "--from", "2026-01-01T00:00", "--to", "2026-01-01T03:00", "--limit", "2"),
    act("rm", "nothing"),
]  # fmt: skip

OF_RUNS = {("pin",), ("run",), ("rerun",), ("kill",), ("delete",), ("key", "revoke"), ("key", "rotate"), ("audit",)}
"""Those whose arguments are ids; they are compared one by one."""

REFUSED = {
    ("init",): "makes its own store ready",
    ("tick",): "ticks by itself",
    ("prune",): "prunes by itself",
    ("backup", "x"): "read from the store itself",
    ("restore", "x"): "before a server works on it",
    ("copy", "--from", "memory://", "--to", "memory://"): "--from and --to",
    ("doctor",): "where the server runs",
    ("up",): "tickwork worker --server",
    ("server",): "is the server",
    ("wrap", "backup", "true"): "--store",
}
"""By command line: what the one line says that they answer with."""

HERE = {("schema",), ("simulate",), ("config", "show"), ("completion",), ("version",)}
"""They need neither a store nor a server."""
OF_WORKERS = {("worker",), ("worker", "enroll")}
"""Their --server is the one that they serve."""
