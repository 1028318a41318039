"""THE table: what every operation asks of its caller. A route that is not in it does not start.

`tests/server/test_permissions.py` compares it with the router, and each line with a matrix written by hand.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tickwork.core.roles import Permission

READ, OPERATE, EDIT, ADMIN = Permission.READ, Permission.OPERATE, Permission.EDIT, Permission.ADMIN
SIGNED_IN, SELF = Permission.SIGNED_IN, Permission.SELF
INSTANCE, METRICS = Permission.INSTANCE, Permission.METRICS


class On(StrEnum):
    """What the permission is asked about."""

    NOTHING = "nothing"
    """No object: the caller themselves, or the instance (`permission` says which)."""
    SOMEWHERE = "somewhere"
    """Any project: whoever has it in one may, and is shown what they may see."""
    EVERYWHERE = "everywhere"
    """All projects: what is shared by them."""
    PROJECT = "project"
    """The project of the path."""
    JOB = "job"
    """The project of the job in the path."""
    HISTORY = "history"
    """The project of the job in the path, also where that is deleted: its history stays."""
    RUN = "run"
    """The project of the run in the path."""
    GROUP = "group"
    """The project of the group of runs in the path."""
    BODY = "body"
    """What the request names inside. At least somewhere, and the handler asks for each (`Call.need`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What an operation asks of its caller."""

    permission: Permission | None
    """None: nothing."""
    on: On = On.NOTHING
    run: bool = False
    """Also for a run's own token."""
    worker: bool = False
    """Also for a worker of the run's pool; on NOTHING: for any worker's key."""


def _rule(permission: Permission | None, on: On = On.NOTHING, *, run: bool = False, worker: bool = False) -> Rule:
    return Rule(permission=permission, on=on, run=run, worker=worker)


ANYBODY: Final = _rule(None)

RULES: Final[dict[str, Rule]] = {
    # -- the instance --
    "get_openapi": ANYBODY,
    "get_live": ANYBODY,
    "get_ready": ANYBODY,
    **dict.fromkeys(["probe_live", "probe_ready"], ANYBODY),
    "probe_metrics": _rule(METRICS),
    "get_about": _rule(SIGNED_IN, worker=True),
    "get_settings": _rule(INSTANCE),
    "get_metrics": _rule(METRICS),
    "open_live": _rule(READ, On.SOMEWHERE),
    # -- oneself --
    "sign_in": ANYBODY,
    "sign_in_by_link": ANYBODY,
    "sign_out": _rule(SELF),
    "get_me": _rule(SIGNED_IN),
    "set_my_password": _rule(SELF),
    "list_my_sessions": _rule(SELF),
    "end_my_session": _rule(SELF),
    "end_my_sessions": _rule(SELF),
    # -- people --
    "list_users": _rule(INSTANCE),
    "create_user": _rule(INSTANCE),
    "get_user": _rule(INSTANCE),
    "change_user": _rule(INSTANCE),
    "delete_user": _rule(INSTANCE),
    "make_sign_in_link": _rule(INSTANCE),
    "end_user_sessions": _rule(INSTANCE),
    "remove_user_password": _rule(INSTANCE),
    "create_user_key": _rule(INSTANCE),
    "list_groups": _rule(INSTANCE),
    "get_group": _rule(INSTANCE),
    "put_group": _rule(INSTANCE),
    "delete_group": _rule(INSTANCE),
    "list_keys": _rule(SIGNED_IN),
    "create_key": _rule(SELF),
    "rotate_key": _rule(SIGNED_IN),
    "revoke_key": _rule(SIGNED_IN),
    "create_worker_key": _rule(INSTANCE),
    "create_enrolment": _rule(INSTANCE),
    "enrol_worker": ANYBODY,
    # -- projects --
    "list_projects": _rule(READ, On.SOMEWHERE),
    "get_project": _rule(READ, On.PROJECT),
    "put_project": _rule(ADMIN, On.BODY),
    "delete_project": _rule(INSTANCE),
    "put_project_keep": _rule(ADMIN, On.PROJECT),
    "list_members": _rule(READ, On.PROJECT),
    "list_secrets": _rule(ADMIN, On.PROJECT),
    "put_secret": _rule(ADMIN, On.PROJECT),
    "delete_secret": _rule(ADMIN, On.PROJECT),
    "rotate_secrets": _rule(INSTANCE),
    "list_audit": _rule(ADMIN, On.SOMEWHERE),
    "get_audit_entry": _rule(ADMIN, On.SOMEWHERE),
    # -- definitions --
    "list_results": _rule(READ, On.SOMEWHERE),
    "list_jobs": _rule(READ, On.SOMEWHERE),
    "create_job": _rule(EDIT, On.BODY),
    "preview_job": _rule(EDIT, On.BODY),
    "change_jobs": _rule(OPERATE, On.BODY),
    "get_job": _rule(READ, On.JOB),
    "get_job_definition": _rule(READ, On.JOB),
    "put_job_definition": _rule(EDIT, On.JOB),
    "patch_job_definition": _rule(EDIT, On.JOB),
    "reset_job_definition": _rule(EDIT, On.JOB),
    "delete_job": _rule(EDIT, On.JOB),
    "list_job_revisions": _rule(READ, On.JOB),
    "get_job_revision": _rule(READ, On.JOB),
    "list_job_next": _rule(READ, On.JOB),
    "explain_job": _rule(READ, On.JOB),
    "get_job_ledger": _rule(READ, On.HISTORY),
    "get_job_graph": _rule(READ, On.JOB),
    "get_job_history": _rule(READ, On.JOB),
    "verify_ledger": _rule(READ, On.HISTORY),
    "verify_ledgers": _rule(READ, On.EVERYWHERE),
    "pause_job": _rule(OPERATE, On.JOB),
    "resume_job": _rule(OPERATE, On.JOB),
    "list_job_missed": _rule(READ, On.JOB),
    "run_job": _rule(OPERATE, On.JOB),
    "replay_job": _rule(OPERATE, On.JOB),
    "backfill_job": _rule(OPERATE, On.JOB),
    "get_checkin": _rule(READ, On.JOB),
    "make_checkin": _rule(EDIT, On.JOB),
    "revoke_checkin": _rule(EDIT, On.JOB),
    "list_tasks": _rule(READ, On.SOMEWHERE),
    "list_runners": _rule(READ, On.SOMEWHERE),
    "put_runner": _rule(EDIT, On.EVERYWHERE),
    "delete_runner": _rule(EDIT, On.EVERYWHERE),
    "get_board_schema": _rule(SIGNED_IN),
    "describe_trigger": _rule(SIGNED_IN),
    "plan_board": _rule(EDIT, On.BODY),
    "apply_board": _rule(EDIT, On.BODY),
    "export_board": _rule(READ, On.PROJECT),
    "list_calendars": _rule(READ, On.SOMEWHERE),
    "get_calendar": _rule(READ, On.SOMEWHERE),
    "put_calendar": _rule(EDIT, On.EVERYWHERE),
    "delete_calendar": _rule(EDIT, On.EVERYWHERE),
    "get_forecast": _rule(READ, On.SOMEWHERE),
    "get_agenda": _rule(READ, On.SOMEWHERE),
    "get_graph": _rule(READ, On.PROJECT),
    "get_today": _rule(READ, On.SOMEWHERE),
    "get_strip": _rule(READ, On.SOMEWHERE),
    "list_next": _rule(READ, On.SOMEWHERE),
    # -- runs --
    "list_runs": _rule(READ, On.SOMEWHERE),
    "submit_run": _rule(EDIT, On.BODY),
    "change_runs": _rule(OPERATE, On.BODY),
    "get_run": _rule(READ, On.RUN, run=True, worker=True),
    "explain_run": _rule(READ, On.RUN, run=True),
    "cancel_run": _rule(OPERATE, On.RUN),
    "retry_run": _rule(OPERATE, On.RUN),
    "rerun_group": _rule(OPERATE, On.RUN),
    "delete_run": _rule(EDIT, On.RUN),
    "pin_run": _rule(EDIT, On.RUN),
    "unpin_run": _rule(EDIT, On.RUN),
    "list_run_notices": _rule(READ, On.RUN),
    "list_run_attempts": _rule(READ, On.RUN, run=True),
    "get_run_result": _rule(READ, On.RUN, run=True),
    "get_run_progress": _rule(READ, On.RUN, run=True),
    "put_run_progress": _rule(INSTANCE, On.RUN, run=True),
    "get_run_log": _rule(READ, On.RUN, run=True),
    "download_run_log": _rule(READ, On.RUN, run=True),
    "get_run_group": _rule(READ, On.GROUP),
    # -- check-ins: their URL is the secret --
    "check_in": ANYBODY,
    "check_in_with": ANYBODY,
    "check_in_by_get": ANYBODY,
    "check_in_with_by_get": ANYBODY,
    # -- the fleet --
    "list_pools": _rule(READ, On.SOMEWHERE),
    "get_pool": _rule(READ, On.SOMEWHERE),
    "put_pool": _rule(INSTANCE),
    "delete_pool": _rule(INSTANCE),
    "list_workers": _rule(READ, On.SOMEWHERE),
    "drain_worker": _rule(OPERATE, On.EVERYWHERE),
    "undrain_worker": _rule(OPERATE, On.EVERYWHERE),
    "list_switches": _rule(READ, On.SOMEWHERE),
    "turn_off": _rule(OPERATE, On.BODY),
    "turn_on": _rule(OPERATE, On.BODY),
    # -- who is told of what --
    "list_channels": _rule(INSTANCE),
    "put_channel": _rule(INSTANCE),
    "delete_channel": _rule(INSTANCE),
    "test_channel": _rule(INSTANCE),
    "list_rules": _rule(INSTANCE),
    "put_rules": _rule(INSTANCE),
    "add_rule": _rule(INSTANCE),
    "list_deliveries": _rule(INSTANCE),
    # -- what workers say (server/link) --
    "worker_hello": _rule(INSTANCE, worker=True),
    "worker_claim": _rule(INSTANCE, worker=True),
    "worker_report": _rule(INSTANCE, worker=True),
    "worker_orders": _rule(INSTANCE, worker=True),
    "worker_bye": _rule(INSTANCE, worker=True),
    # -- the paths of the Jobsched scheduler, at the root --
    "jobsched_catalog": _rule(READ, On.SOMEWHERE),
    "jobsched_create": _rule(EDIT, On.BODY),
    "jobsched_list": _rule(READ, On.SOMEWHERE),
    "jobsched_get": _rule(READ, On.JOB),
    "jobsched_delete": _rule(EDIT, On.JOB),
}


def rule_of(operation: str) -> Rule:
    """Raises `LookupError` for an operation that nobody thought about."""
    try:
        return RULES[operation]
    except KeyError:
        raise LookupError(f"{operation} has no rule in server/permissions.py; say there who may do it") from None
