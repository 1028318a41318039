"""What answers look like: an example of any shape, put together from examples of its fields."""

from collections.abc import Mapping
from typing import Any, Final

Schema = Mapping[str, Any]
_AT, _NEXT = "2026-11-26T03:00:00Z", "2026-11-27T03:00:00Z"
_RUN, _JOB = "01k6z7w8x9abcdefghjk", "etl:load"
_DEFINITION: Final = {"shell": "make load", "cron": "0 4 * * *", "zone": "Europe/Berlin"}
_SCHEDULED: Final = {
    "next_run": "2026-11-27 03:00:00",
    "interval": "1 day, 0:00:00",
    "id": "6f3c8a1e-52b7-4d09-9c1e-0a7b64f2d831",
    "name": "nightly backup",
}

_FIELDS: Final[Mapping[str, Any]] = {
    # -- moments --
    **dict.fromkeys(("at", "started", "slot", "created", "ready_at", "seen", "now", "start", "first"), _AT),
    **dict.fromkeys(("noticed", "since", "changed", "opened", "used", "hour", "minute"), _AT),
    **dict.fromkeys(("AttemptView.started", "RunView.started"), "2026-11-26T03:00:01Z"),
    **dict.fromkeys(("finished", "AttemptView.finished"), "2026-11-26T03:12:41Z"),
    **dict.fromkeys(("end", "until", "last", "expires", "JobView.next", "ScheduleView.next"), _NEXT),
    "JobView.last": None,  # a run, which the document shows elsewhere
    "ProjectNode.last": "succeeded",
    "local": "2026-11-26T04:00:00+01:00",
    "duration": 760.0,
    # -- ids and names --
    **dict.fromkeys(("run", "RunView.id", "GroupView.id", "Done.id", "success"), _RUN),
    **dict.fromkeys(("job", "JobView.id"), _JOB),
    "jobs": [_JOB],
    "Absent.absent": "etl:fetsh",
    "Absent.similar": ["etl:fetch"],
    "needs": [_JOB],
    **dict.fromkeys(("project", "ProjectView.name", "ProjectDetail.name"), "etl"),
    **dict.fromkeys(("schedule", "ScheduleView.id"), "etl:load#main"),
    **dict.fromkeys(("name", "key"), "main"),
    **dict.fromkeys(("JobView.name", "TaskView.name"), "load"),
    **dict.fromkeys(("CalendarView.name",), "holidays"),
    **dict.fromkeys(("ChannelView.name", "MadeChannel.name", "channel"), "ops"),
    **dict.fromkeys(("user", "UserView.name", "MeView.name", "owner", "by", "who"), "ann"),
    **dict.fromkeys(("UserView.display", "MeView.display"), "Ann"),
    **dict.fromkeys(("worker", "WorkerView.name"), "db-1"),
    **dict.fromkeys(("pool", "PoolView.name"), "default"),
    "email": "ann@tickwork.example",
    "UserGroupView.name": "etl-operators",
    "KeyView.name": "deploy script",
    "SecretView.name": "DB_PASSWORD",
    "ServiceView.name": "scheduler",
    "GapView.id": "01k6z7w8x9gapgapgapq",
    "KeyView.id": "k3v9xw2m7q",
    "SessionView.id": "3f9a1c0e5b7d2486",
    "DeliveryView.id": "01k6z7w8x9deliveryxq",
    "AuditView.id": _JOB,
    "session": "01k6z7w8x9sessionxxq",
    "members": ["ann", "ben"],
    "groups": ["etl-operators"],
    "pools": ["default"],
    "projects": ["etl"],
    "workers": ["db-1"],
    "channels": ["ops"],
    "secrets": ["DB_PASSWORD"],
    "scopes": ["read", "operate"],
    "roles": {"etl": "operator"},
    # -- states and why --
    **dict.fromkeys(("RunView.state", "AttemptView.state", "ResultView.state"), "succeeded"),
    **dict.fromkeys(("LedgerEntry.state", "GroupView.state"), "succeeded"),
    **dict.fromkeys(("JobView.state", "ProjectNode.state"), "idle"),
    **dict.fromkeys(("GapView.state",), "missed"),
    **dict.fromkeys(("reason", "wait", "note", "about", "group", "error", "paused", "gap", "fault"), None),
    **dict.fromkeys(("over", "revoked", "problem", "warning", "retry_at", "next_try", "quiet", "silent"), None),
    **dict.fromkeys(("waiting_since", "unresponsive_since", "base64"), None),
    "GapView.reason": "down",
    "ProgressView.group": [],
    "ProgressView.children": [],
    "Done.problem": None,
    "exit_code": 0,
    "origin": "schedule",
    "entry": "run",
    "status": "ok",
    "ProgressView.status": "3 of 7 tables",
    "sentence": "etl:load ran at 04:00 (Europe/Berlin) and succeeded after 12m41s.",
    "facts": {"state": "succeeded", "attempt": 1},
    "why": "the database is being moved",
    "title": "etl:load failed",
    # -- definitions --
    **dict.fromkeys(("definition", "before", "AuditDetail.after", "JobPreview.after"), _DEFINITION),
    "after": {},
    "words": "at 04:00 (Europe/Berlin)",
    "ScheduleWords.words": ["at 04:00 (Europe/Berlin)"],
    "JobView.schedules": ["at 04:00 (Europe/Berlin)"],
    "zone": "Europe/Berlin",
    "dst": "on 2027-03-28 the clocks go from 02:00 to 03:00",
    "ScheduleWords.dst": ["on 2027-03-28 the clocks go from 02:00 to 03:00"],
    "yaml": "shell: make load\ncron: 0 4 * * *\nzone: Europe/Berlin\n",
    "fields": ["timeout"],
    "field": "timeout",
    "description": "What fills the warehouse.",
    "days": ["2026-12-25", "2026-12-26"],
    "source": "days",
    "version": "0.1.0",
    "CalendarView.version": "9f2c1a",
    "missed": [_AT],
    "CalendarView.over": [],
    "DeliveryView.note": "sent",
    "KeptView.what": "failed",
    "KeptView.value": "1y",
    "JobView.after": [],
    "tags": ["nightly", "warehouse"],
    "target": "etl",
    "scope": "project",
    "type": "mailer",
    "command": "/usr/local/bin/mailer --json",
    # -- runs --
    "params": {"day": "2026-11-26"},
    "pins": None,
    "result": {"rows": 18234},
    "RunDetailView.progress": None,
    "containment": "cgroup",
    "text": "18234 rows loaded\n",
    "file": "/srv/etl/load.py",
    "function": "load",
    "locals": {"table": "'orders'"},
    # -- people --
    **dict.fromkeys(("token", "secret", "signing_secret"), "h7w2kq9x4m"),
    "path": "/ui/#sign-in=h7w2kq9x4m",
    "url": "https://tickwork.example/checkin/h7w2kq9x4m",
    "kind": "job",
    "KeyView.kind": "api",
    "KeyView.project": "etl",
    "AuditView.by": "user",
    "where": "192.0.2.7",
    "address": "192.0.2.7",
    "verb": "update",
    "agent": "Mozilla/5.0",
    "AuditDetail.changed": ["timeout"],
    # -- the instance --
    "AboutView.store": "sqlite",
    "host": "db-1.tickwork.example",
    "labels": ["ssd"],
    "ChannelView.way": "mail",
    "templates": [],
    "ChannelView.target": "ops@tickwork.example",
    **dict.fromkeys(("Page_AuditView_.next", "Page_JobView_.next", "Page_RunView_.next"), "MDFrNg"),
    "VerifyPage.next": None,
}
"""By field, or by shape and field where another one of that name means something else."""
OPERATIONS: Final[Mapping[str, Any]] = {
    "get_settings": {"listen": "127.0.0.1", "port": 8425, "public_url": ""},
    "get_openapi": {"openapi": "3.1.0", "info": {"title": "Tickwork", "version": "0.1.0"}, "paths": {}},
    "get_board_schema": {"title": "Tickwork board", "type": "object"},
    **dict.fromkeys(("get_metrics", "probe_metrics"), "# TYPE tickwork_runs_queued gauge\ntickwork_runs_queued 3.0\n"),
    "get_job_definition": _DEFINITION,
    "get_run_result": {"rows": 18234},
    "list_job_missed": [_AT],
    "list_results": {
        _JOB: [{"id": _RUN, "state": "succeeded", "reason": None, "duration": 760.0, "at": "2026-11-26T03:12:41Z"}]
    },
    "export_board": "jobs:\n  load:\n    shell: make load\n    cron: 0 4 * * *\n    zone: Europe/Berlin\n",
    "download_run_log": "18234 rows loaded\n",
    "jobsched_catalog": {"tasks": ["backup"]},
    "jobsched_list": {"values": [_SCHEDULED]},
    "jobsched_get": _SCHEDULED,
}
"""By operation, where no shape says enough."""
TEXTS: Final[Mapping[str, str]] = {
    "get_run_log": "18234 rows loaded\n",
    **dict.fromkeys(("check_in", "check_in_with", "check_in_by_get", "check_in_with_by_get"), f"{_RUN}\n"),
}
"""Of those that answer with text, too."""
_DEEPEST: Final = 6
_KINDS: Final[Mapping[str, Any]] = {
    "string": str,
    "object": dict,
    "array": list,
    "boolean": bool,
    "integer": int,
    "number": int | float,
    "null": type(None),
}


class Examples:
    """Of the shapes of one document."""

    def __init__(self, schemas: Mapping[str, Schema]) -> None:
        self._schemas = schemas
        self.made_up: set[str] = set()
        """Texts for which there was no example: `Shape.field`."""

    def of(self, operation: str, schema: Schema) -> Any:
        """What the operation answers, in the schema's shape."""
        if operation in OPERATIONS:
            return OPERATIONS[operation]
        return self._of(schema, where="", depth=0)

    def _of(self, schema: Schema, *, where: str, depth: int) -> Any:
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            return self._of(self._schemas[name], where=name, depth=depth)
        if "examples" in schema:
            return schema["examples"][0]
        for several in ("anyOf", "oneOf", "allOf"):
            if several in schema:
                return self._of(_telling(schema[several]), where=where, depth=depth)
        if "enum" in schema:
            return schema["enum"][0]
        return self._of_type(schema, where=where, depth=depth)

    def _of_type(self, schema: Schema, *, where: str, depth: int) -> Any:
        match schema.get("type"):
            case "object":
                return self._of_object(schema, where=where, depth=depth)
            case "array":
                deeper = depth < _DEEPEST and "items" in schema
                return [self._of(schema["items"], where=where, depth=depth + 1)] if deeper else []
            case "boolean":
                return False
            case "integer" | "number":
                return schema.get("minimum", 1)
            case "string":
                self.made_up.add(where)
                return "text"
            case _:
                return None

    def _of_object(self, schema: Schema, *, where: str, depth: int) -> Any:
        shape = where.partition(".")[0]
        return {
            name: self._of_field(shape, name, field, depth=depth)
            for name, field in schema.get("properties", {}).items()
        }

    def _of_field(self, shape: str, name: str, schema: Schema, *, depth: int) -> Any:
        for known in (f"{shape}.{name}", name):
            if known in _FIELDS and self._fits(_FIELDS[known], schema):
                return _FIELDS[known]
        return self._of(schema, where=f"{shape}.{name}", depth=depth + 1)

    def _fits(self, value: Any, schema: Schema) -> bool:
        """Whether a field of that name is of that kind: `run` is an id here and a table there."""
        if "$ref" in schema:
            return self._fits(value, self._schemas[schema["$ref"].rpartition("/")[2]])
        for several in ("anyOf", "oneOf"):
            if several in schema:
                return any(self._fits(value, one) for one in schema[several])
        if "enum" in schema:
            return value in schema["enum"]
        if isinstance(value, list):
            items = schema.get("items", {})
            return schema.get("type") == "array" and all(self._fits(item, items) for item in value)
        return "type" not in schema or isinstance(value, _KINDS[schema["type"]])


def _telling(schemas: list[Schema]) -> Schema:
    """The first that is more than null."""
    return next((one for one in schemas if one.get("type") != "null"), schemas[0])
