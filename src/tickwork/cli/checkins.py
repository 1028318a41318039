"""The URL by which a job that stands in somebody's own crontab tells of its runs."""

import rich_click as click

from tickwork.cli.acting import json_option, over_either
from tickwork.cli.output import print_json, say
from tickwork.cli.verbs import Verbs
from tickwork.errors import NotFound


@click.command("checkin")
@click.argument("job")
@click.option("--show", "what", flag_value="show", help="Only say whether there is one, since when and by whom.")
@click.option("--revoke", "what", flag_value="revoke", help="Take it away: it is good for nothing from now on.")
@json_option
@over_either
async def checkin_command(verbs: Verbs, *, job: str, what: str | None, as_json: bool) -> None:
    """Create the check-in URL of a job; it replaces the one that the job has.

    `30 2 * * * backup && curl -fsS -m 10 --retry 3 URL` in a crontab reports the run, whatever machine it is on.
    URL/start reports that it begins, URL/$? how it ended; what is posted is its output. The URL is shown only once.
    """
    match what:
        case "show":
            found = await verbs.jobs.checkin(job)
            if found is None:
                raise NotFound(f"job {job} has no check-in URL; `tickwork checkin {job}` makes one")
            print_json(found) if as_json else print(f"{found.job} has one since {found.since}, made by {found.by}")
        case "revoke":
            await verbs.jobs.revoke_checkin(job)
            print(f"revoked the check-in URL of {job}")
        case _:
            made = await verbs.jobs.make_checkin(job)
            if as_json:
                print_json(made)
                return
            print(made.url)
            say(f"whoever has it can tell of runs of {made.job}, and nothing else; it is not shown again")
