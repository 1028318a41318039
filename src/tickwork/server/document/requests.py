"""What a request of each operation that has a body looks like."""

from collections.abc import Mapping
from typing import Any, Final

_LOAD: Final = {"shell": "make load", "cron": "0 4 * * *", "zone": "Europe/Berlin", "timeout": "2h"}
_WHY: Final = {"why": "the database is being moved"}

REQUESTS: Final[Mapping[str, Any]] = {
    # -- oneself --
    "sign_in": {"name": "ann", "password": "correct horse battery staple"},
    "sign_in_by_link": {"token": "h7w2kq9x4m"},
    "set_my_password": {"password": "another horse entirely", "current": "correct horse battery staple"},
    # -- people --
    "create_user": {"name": "ben", "display": "Ben", "email": "ben@tickwork.example"},
    "change_user": {"display": "Ben B.", "active": True},
    "put_group": {"members": ["ann", "ben"], "roles": {"etl": "operator"}},
    "make_sign_in_link": {"lasts": 900},
    "create_user_key": {"name": "deploy script", "scopes": ["read", "operate"], "project": "etl"},
    "create_key": {"name": "deploy script", "scopes": ["read", "operate"], "project": "etl", "lasts": 7776000},
    "create_worker_key": {"name": "db-1", "pools": ["default"]},
    "create_enrolment": {"pools": ["default"], "lasts": 3600},
    "enrol_worker": {"token": "h7w2kq9x4m", "name": "db-1"},
    # -- projects --
    "put_project": {"description": "What fills the warehouse."},
    "put_project_keep": {"keep": "{for: 90d, failed: 1y}"},
    "put_secret": {"value": "hunter2"},
    "rotate_secrets": {"forget": False},
    # -- definitions --
    "put_runner": {"command": "/usr/local/bin/mailer --json"},
    "create_job": {"name": "load", "project": "etl", "definition": _LOAD},
    "preview_job": {"name": "load", "project": "etl", "definition": _LOAD},
    "put_job_definition": {"definition": _LOAD},
    "patch_job_definition": {"changes": {"timeout": "3h", "zone": None}},
    "reset_job_definition": {"keys": ["timeout"]},
    "describe_trigger": {"schedule": {"cron": "30 2 * * mon-fri", "zone": "Europe/Berlin"}, "count": 3},
    "plan_board": {"board": "etl.yaml", "project": "etl", "jobs": {"load": _LOAD}},
    "apply_board": {"board": "etl.yaml", "project": "etl", "jobs": {"load": _LOAD}},
    "put_calendar": {"days": ["2026-12-25", "2026-12-26"]},
    # -- jobs --
    "run_job": {"params": {"day": "2026-11-26"}},
    "pause_job": {**_WHY, "until": "2026-11-27T06:00:00Z"},
    "resume_job": {"choice": "latest"},
    "replay_job": {"start": "2026-11-25T00:00:00Z", "end": "2026-11-26T00:00:00Z"},
    "backfill_job": {"start": "2026-11-01T00:00:00Z", "end": "2026-11-08T00:00:00Z", "limit": 7, "spread": 60},
    "change_jobs": {"action": "pause", "jobs": ["etl:load"], **_WHY},
    # -- runs --
    "submit_run": {"name": "vacuum", "project": "etl", "definition": {"shell": "vacuumdb --all"}},
    "change_runs": {"action": "cancel", "runs": ["01k6z7w8x9abcdefghjk"], "why": "started twice by hand"},
    "cancel_run": {"why": "started twice by hand"},
    "put_run_progress": {"bars": [{"group": ["tables"], "current": 3, "total": 7, "status": "orders"}]},
    "rerun_group": {"from_failed": True},
    # -- the fleet --
    "put_pool": {"description": "What may reach the database.", "lease": 30, "max_running": 4, "projects": ["etl"]},
    "drain_worker": {"why": "a new kernel"},
    "turn_off": {"scope": "project", "target": "etl", **_WHY},
    "turn_on": {"scope": "project", "target": "etl", "choice": "latest"},
    # -- who is told of what --
    "put_channel": {"way": "mail", "target": ["ops@tickwork.example"]},
    "put_rules": {"scope": "project", "target": "etl", "rules": [{"channels": ["ops"], "on": ["failed"]}]},
    "add_rule": {"scope": "project", "target": "etl", "channels": ["ops"], "on": ["failed"]},
    # -- the paths of the Jobsched scheduler --
    "jobsched_create": {"task": "backup", "name": "nightly backup", "interval": {"hours": 24}},
}
