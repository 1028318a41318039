"""Who did what."""

import json
from typing import Any

import rich_click as click

from tickwork.cli.acting import json_option, over_either
from tickwork.cli.inputs import parse_moment
from tickwork.cli.output import print_facts, print_json, print_table
from tickwork.cli.verbs import Verbs
from tickwork.cli.words import local_time
from tickwork.operations.audit import AuditDetail, AuditView


@click.command("audit")
@click.argument("seq", type=int, required=False)
@click.option("--kind", metavar="KIND", help="Only what was done to objects of this kind: job, run, user, secret, …")
@click.option("--id", "id_", metavar="ID", help="Only what was done to this one.")
@click.option("--by", metavar="NAME", help="Only what this one did: ann, or ann@host.")
@click.option("--verb", metavar="VERB", help="Only this: save, delete, run, sign-in, …")
@click.option("--since", metavar="TIME", help="From then on.")
@click.option("--until", metavar="TIME", help="Before then.")
@click.option("--before", type=int, metavar="SEQ", help="The page behind the entry SEQ.")
@click.option("-n", "limit", type=click.IntRange(1, 10_000), default=50, show_default=True, help="So many entries.")
@json_option
@over_either
async def audit_command(
    verbs: Verbs,
    *,
    seq: int | None,
    kind: str | None,
    id_: str | None,
    by: str | None,
    verb: str | None,
    since: str | None,
    until: str | None,
    before: int | None,
    limit: int,
    as_json: bool,
) -> None:
    """Who did what to which object, and from where, newest first. With SEQ: one entry, and what it changed."""
    if seq is not None:
        _show(await verbs.audit.show(seq), as_json=as_json)
        return
    found = verbs.audit.list(
        kind=kind,
        id=id_,
        by=by,
        verb=verb,
        since=None if since is None else parse_moment(since, what="--since"),
        until=None if until is None else parse_moment(until, what="--until"),
        before=before,
        limit=limit,
    )
    entries = [entry async for entry in found]
    if as_json:
        print_json(entries)
        return
    rows = [
        [str(e.seq), local_time(e.at)[:19], _who(e), e.where, e.verb, f"{e.kind} {e.id}", e.note or ""] for e in entries
    ]
    print_table(("seq", "at", "who", "from", "did", "what", "note"), rows, empty="nothing that fits")


def _show(detail: AuditDetail, *, as_json: bool) -> None:
    if as_json:
        print_json(detail)
        return
    entry = detail.entry
    print_facts(
        [
            ("entry", str(entry.seq)),
            ("at", local_time(entry.at)),
            ("who", _who(entry)),
            ("from", entry.where),
            ("did", entry.verb),
            ("what", f"{entry.kind} {entry.id}" + (f", revision {entry.revision}" if entry.revision else "")),
            ("project", detail.project or ""),
            ("note", entry.note or ""),
        ]
    )
    for name in detail.changed:
        print(f"{name}: {_value(detail.before, name)} → {_value(detail.after, name)}")


def _who(entry: AuditView) -> str:
    return entry.who if entry.by == "person" else f"{entry.who} ({entry.by})"


def _value(fields: dict[str, Any] | None, name: str) -> str:
    return "–" if fields is None or name not in fields else json.dumps(fields[name], ensure_ascii=False)
