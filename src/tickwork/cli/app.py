"""The command table: what there is, and in which module. A module is imported when one of its commands is used."""

from difflib import get_close_matches
from importlib import import_module

import rich_click as click

PANELS = {
    "Run": {"up": "serving", "server": "serving", "worker": "serving"},
    "Define": {
        "apply": "boards",
        "plan": "boards",
        "export": "boards",
        "schema": "boards",
        "edit": "editing",
        "import": "importing",
        "calendar": "calendars",
        "pool": "pools",
        "rm": "switching",
    },
    "Look": {
        "ls": "listing",
        "show": "showing",
        "graph": "graphing",
        "runs": "listing",
        "logs": "logs",
        "next": "listing",
        "tasks": "listing",
        "workers": "workers",
    },
    "Account": {
        "explain": "explaining",
        "ledger": "accounting",
        "verify": "accounting",
        "forecast": "ahead",
        "simulate": "ahead",
    },
    "Act": {
        "run": "running",
        "rerun": "graphing",
        "kill": "running",
        "delete": "deleting",
        "replay": "replaying",
        "backfill": "replaying",
        "pause": "switching",
        "resume": "switching",
    },
    "People and projects": {
        "user": "users",
        "group": "groups",
        "key": "keys",
        "project": "projects",
        "secret": "secrets",
        "audit": "auditing",
    },
    "Tell": {"channel": "channels", "notify": "notifying", "wrap": "wrapping", "checkin": "checkins"},
    "In the words of the Jobs scheduler": {
        "put": "putting",
        "create": "putting",
        "submit": "putting",
        "dump": "dumping",
        "remove": "dumping",
        "respond": "responding",
        "init": "ticking",
        "tick": "ticking",
    },
    "Stores": {"copy": "moving", "backup": "moving", "restore": "moving", "prune": "pruning", "pin": "pruning"},
    "Install": {"doctor": "doctor", "config": "configuring", "completion": "about", "version": "about"},
}
MODULES = {name: module for panel in PANELS.values() for name, module in panel.items()}

FAULT, INTERRUPTED, BROKEN_PIPE = 70, 130, 141
EXIT_CODES = {
    0: "done",
    1: "failed; findings (doctor, verify), lines that could not be mapped (import), killed runs (up)",
    2: "wrong usage, definition or setting",
    3: "no such job, run or other object",
    4: "conflict: it changed meanwhile, exists already, or is over",
    5: "not allowed",
    6: "the store cannot do its work",
    7: "a background service died (up, server, worker)",
    FAULT: "a fault of Tickwork's own",
    INTERRUPTED: "interrupted by Ctrl-C",
    BROKEN_PIPE: "whoever read the output has gone",
}
_EPILOG = [
    "Exit codes:",
    *(f"{code:>5}  {meaning}" for code, meaning in EXIT_CODES.items()),
    "`tickwork run --wait` exits as the run did; see its help.",
]


class Commands(click.RichGroup):
    """Finds commands in `PANELS`."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (click's signature)
        return list(MODULES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 (click's signature)
        if cmd_name not in MODULES:
            return None
        module = import_module(f"tickwork.cli.{MODULES[cmd_name]}")
        command = getattr(module, f"{cmd_name}_command")
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name not in MODULES and not name.startswith("-"):
            close = get_close_matches(name, MODULES, n=1)
            ctx.fail(f"there is no command {name!r}" + (f"; did you mean {close[0]!r}?" if close else ""))
        return super().resolve_command(ctx, args)


@click.group(
    cls=Commands,
    invoke_without_command=True,
    epilog="\n\n".join(_EPILOG),
    context_settings={
        "help_option_names": ["-h", "--help"],
        "rich_help_config": {"text_paragraph_linebreaks": "\n\n", "text_markup": None},
    },
)
@click.version_option(package_name="tickwork", message="%(package)s %(version)s")
@click.pass_context
def cli(context: click.Context) -> None:
    """The scheduler that accounts for every due moment.

    `tickwork up` runs everything on this machine; the other commands look at the same store, beside it.
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


for _title, _commands in PANELS.items():
    cli.add_panel(click.RichCommandPanel(_title, commands=list(_commands)))
