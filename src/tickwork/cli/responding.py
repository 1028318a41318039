"""Programs that run jobs of their type."""

import rich_click as click

from tickwork.cli.acting import json_option, over_either
from tickwork.cli.output import print_json, print_table
from tickwork.cli.verbs import Verbs
from tickwork.cli.words import several


@click.command("respond")
@click.argument("type", required=False)
@click.argument("command", required=False)
@click.option("--remove", is_flag=True, help="Forget TYPE; jobs that have it go on as they are.")
@json_option
@over_either
async def respond_command(verbs: Verbs, *, type: str | None, command: str | None, remove: bool, as_json: bool) -> None:
    """Register the program that runs jobs of a type: `tickwork respond mail "/usr/local/bin/mailer --json"`.

    It reads the run (id, job, slot, params, payload) as one JSON object on standard input; or, where its command line
    has {payload} as an argument, gets the payload there. Jobs get the type by `tickwork put ID TYPE PAYLOAD`, or
    in a board by `command: TYPE`. Without arguments the registered programs are listed.
    """
    if type is None:
        runners = await verbs.runners.list()
        if as_json:
            print_json(runners)
        else:
            rows = [[runner.type, runner.command] for runner in runners]
            print_table(("type", "command"), rows, empty="none; `tickwork respond TYPE COMMAND` registers one")
    elif remove and command is None:
        await verbs.runners.delete(type)
        print(f"forgot {type}")
    elif command is None or remove:
        raise click.UsageError(
            "say which program responds: `tickwork respond TYPE COMMAND`, or `respond TYPE --remove`"
        )
    else:
        changed = await verbs.runners.put(type, command)
        told = f"; {several(len(changed), 'job')} of that type {'runs' if len(changed) == 1 else 'run'} it from now on"
        print(f"{type} is run by {command}" + (told if changed else ""))
