"""Who may do what, written by hand: the matrix that the server is compared with, and the world that it is tried in.

Nothing here reads `server/permissions.py`: that both say the same is the point.
"""

from dataclasses import dataclass, field
from typing import Any

import httpx2

from tests.house import job
from tests.server.conftest import PASSWORD, Site
from tickwork.core.channels import Channel, Program
from tickwork.core.clock import seconds
from tickwork.core.dependencies import Need
from tickwork.core.ids import JobId, SessionId
from tickwork.core.model import Pool
from tickwork.core.people import KeyKind
from tickwork.core.roles import SCOPES, Permission, Role
from tickwork.operations.run_tokens import run_token
from tickwork.store.protocol import RunFilter, Session

RANKS = {"viewer": 1, "operator": 2, "editor": 3, "admin": 4, "superuser": 9}


@dataclass(frozen=True)
class Who:
    """A principal: what it is in the projects `a` and `b`. Nobody but the superuser is anything in `c`."""

    kind: str = "key"
    a: str | None = None
    b: str | None = None
    superuser: bool = False
    only: str | None = None
    """Of a key: its one scope."""

    def rank(self, project: str) -> int:
        if self.superuser:
            return 9
        role = {"a": self.a, "b": self.b}.get(project)
        return RANKS.get(role or "", 0)

    def scoped(self, level: str) -> bool:
        return self.only is None or level == "viewer"

    def anywhere(self, level: str) -> bool:
        return self.scoped(level) and max(self.rank("a"), self.rank("b")) >= RANKS[level]


PRINCIPALS = {
    "anonymous": Who("nobody"),
    "viewer of a": Who(a="viewer"),
    "operator of a": Who(a="operator"),
    "editor of a": Who(a="editor"),
    "admin of a": Who(a="admin"),
    "viewer of b": Who(b="viewer"),
    "admin of b": Who(b="admin"),
    "deactivated admin of a": Who("off", a="admin"),
    "expired key of an admin of a": Who("off", a="admin"),
    "revoked key of an admin of a": Who("off", a="admin"),
    "reading key of an admin of a": Who(a="admin", only="read"),
    "signed-in viewer of a": Who("session", a="viewer"),
    "worker of a's pool": Who("worker"),
    "worker of another pool": Who("stranger"),
    "run of a": Who("run"),
    "superuser": Who(superuser=True),
}

# level, and what it is asked about: "" (nothing), "somewhere", "everywhere", "a body" or the object in the path.
LEVELS: dict[str, tuple[str, str]] = {
    "get_openapi": ("anybody", ""),
    "get_live": ("anybody", ""),
    "get_ready": ("anybody", ""),
    **dict.fromkeys(["probe_live", "probe_ready"], ("anybody", "")),
    "probe_metrics": ("superuser", ""),
    "get_settings": ("superuser", ""),
    "get_metrics": ("superuser", ""),
    "list_projects": ("viewer", "somewhere"),
    "list_tasks": ("viewer", "somewhere"),
    "list_results": ("viewer", "somewhere"),
    "list_audit": ("admin", "somewhere"),
    "get_audit_entry": ("admin", "a body"),
    "delete_project": ("superuser", ""),
    "put_project": ("admin", "a body"),
    **dict.fromkeys(["get_project", "list_members"], ("viewer", "project")),
    **dict.fromkeys(["list_secrets", "put_secret", "delete_secret"], ("admin", "project")),
    "put_project_keep": ("admin", "project"),
    **dict.fromkeys(["delete_run", "pin_run", "unpin_run"], ("editor", "run")),
    **dict.fromkeys(["make_checkin", "revoke_checkin"], ("editor", "job")),
    **dict.fromkeys(["check_in", "check_in_with", "check_in_by_get", "check_in_with_by_get"], ("anybody", "")),
    "sign_in": ("anybody", ""),
    "sign_in_by_link": ("anybody", ""),
    "enrol_worker": ("anybody", ""),
    "create_enrolment": ("superuser", ""),
    "get_about": ("person", ""),
    "get_me": ("person", ""),
    "get_board_schema": ("person", ""),
    "describe_trigger": ("person", ""),
    "list_keys": ("person", ""),
    "sign_out": ("session", ""),
    **dict.fromkeys(["list_my_sessions", "end_my_session", "end_my_sessions"], ("session", "")),
    "set_my_password": ("session", ""),
    "create_key": ("session", ""),
    "rotate_key": ("own key", ""),
    "revoke_key": ("own key", ""),
    **dict.fromkeys(
        [
            *("list_users", "create_user", "get_user", "change_user", "delete_user", "make_sign_in_link"),
            *("end_user_sessions", "remove_user_password", "create_user_key", "rotate_secrets"),
            *("list_groups", "get_group", "put_group", "delete_group", "create_worker_key", "put_pool", "delete_pool"),
        ],
        ("superuser", ""),
    ),
    **dict.fromkeys(
        [
            *("list_channels", "put_channel", "delete_channel", "test_channel"),
            *("list_rules", "put_rules", "add_rule", "list_deliveries"),
        ],
        ("superuser", ""),
    ),
    **dict.fromkeys(
        [
            *("get_today", "get_strip", "list_next", "get_forecast", "get_agenda"),
            *("list_pools", "get_pool", "list_workers", "list_switches"),
            *("list_jobs", "list_runs", "list_calendars", "get_calendar", "jobsched_catalog", "jobsched_list"),
            "list_runners",
        ],
        ("viewer", "somewhere"),
    ),
    **dict.fromkeys(["change_jobs", "change_runs"], ("operator", "somewhere")),
    **dict.fromkeys(["drain_worker", "undrain_worker"], ("operator", "everywhere")),
    "verify_ledgers": ("viewer", "everywhere"),
    **dict.fromkeys(["put_calendar", "delete_calendar", "put_runner", "delete_runner"], ("editor", "everywhere")),
    **dict.fromkeys(["turn_off", "turn_on"], ("operator", "a body")),
    **dict.fromkeys(
        ["create_job", "preview_job", "plan_board", "apply_board", "submit_run", "jobsched_create"],
        ("editor", "a body"),
    ),
    **dict.fromkeys(["export_board", "get_graph"], ("viewer", "project")),
    **dict.fromkeys(
        [
            *("get_job", "get_job_definition", "list_job_revisions", "get_job_revision", "list_job_next"),
            *("explain_job", "get_job_ledger", "list_job_missed", "get_job_history", "get_job_graph", "jobsched_get"),
            *("verify_ledger", "get_checkin"),
        ],
        ("viewer", "job"),
    ),
    **dict.fromkeys(["run_job", "pause_job", "resume_job", "replay_job", "backfill_job"], ("operator", "job")),
    **dict.fromkeys(
        ["put_job_definition", "patch_job_definition", "reset_job_definition", "delete_job", "jobsched_delete"],
        ("editor", "job"),
    ),
    **dict.fromkeys(
        [
            *("get_run", "explain_run", "list_run_attempts", "get_run_result", "get_run_progress"),
            *("get_run_log", "download_run_log"),
        ],
        ("viewer", "run"),
    ),
    **dict.fromkeys(["cancel_run", "retry_run", "rerun_group"], ("operator", "run")),
    "put_run_progress": ("superuser", "run"),
    "get_run_group": ("viewer", "group"),
    "list_run_notices": ("viewer", "run"),
    **dict.fromkeys(["worker_hello", "worker_claim", "worker_report", "worker_orders", "worker_bye"], ("worker", "")),
}
OF_THE_RUN = {
    *("get_run", "explain_run", "list_run_attempts", "get_run_result", "get_run_progress"),
    *("get_run_log", "download_run_log", "put_run_progress"),
}
"""What a run's own token reads and tells of it."""
OF_ITS_WORKER = {"get_run"}
OF_WORKERS_TOO = {"get_about"}
"""What a worker's machine asks when somebody looks whether all is well there."""


def expected(operation: str, who: Who, place: str) -> str | int:
    """`in`, or the status that keeps it out. `place`: whose the object is: a, c, or gone."""
    level, about = LEVELS[operation]
    if who.kind == "off" or (who.kind == "nobody" and level != "anybody"):
        return 401
    if about in {"project", "job", "run", "group"}:
        return _of_object(operation, who, level, place)
    if who.kind in {"worker", "stranger", "run"}:
        level = "worker" if operation in OF_WORKERS_TOO else level
        return "in" if level == "anybody" or (level == "worker" and who.kind != "run") else 403
    if about == "a body":
        return _of_body(who, level, place)
    return "in" if _may(who, level, about) else 404 if level == "own key" else 403


def _may(who: Who, level: str, about: str) -> bool:
    if about == "somewhere":
        return who.anywhere(level)
    session = who.kind == "session"
    known = {"anybody": True, "person": True, "session": session, "own key": session or who.superuser}
    return known.get(level, who.superuser)


def _of_object(operation: str, who: Who, level: str, place: str) -> str | int:
    if place == "a" and who.kind == "run" and operation in OF_THE_RUN:
        return "in"
    if place == "a" and who.kind == "worker" and operation in OF_ITS_WORKER:
        return "in"
    if place == "gone" or who.rank(place) == 0:
        return 404
    return "in" if who.scoped(level) and who.rank(place) >= RANKS[level] else 403


def _of_body(who: Who, level: str, place: str) -> str | int:
    if not who.anywhere(level):
        return 403
    if who.rank(place) == 0:
        return 404
    return "in" if who.scoped(level) and who.rank(place) >= RANKS[level] else 403


# -- the world ----------------------------------------------------------------------------------------------

SHELL = {"shell": "true"}
SECRET = "TOKEN"


def path_of(route_path: str, place: str, world: "World") -> str:
    named = {"a": world.own, "c": world.foreign, "gone": GONE}[place]
    name = named["project"] if route_path == "/projects/{name}" else world.shared_name(route_path)
    values = {
        **named,
        "name": name,
        "id": world.id_of_session,
        "revision": "1",
        "seq": str(world.entries.get(place, 0)),
        "token": world.checkin,
        "word": "start",
    }
    return route_path.format(**values)


GONE = {"project": "gone", "job": "a:gone", "run": "0" * 20, "group": "1" * 20}


def body_of(operation: str, place: str) -> Any:
    """A body that is right, and about the project of the place; for the others nothing that would be accepted."""
    bodies: dict[str, Any] = {
        "create_job": {"name": "new", "project": place, "definition": SHELL},
        "preview_job": {"name": "new", "project": place, "definition": SHELL},
        "plan_board": {"board": "new", "project": place, "jobs": {"x": SHELL}},
        "apply_board": {"board": "new", "project": place, "jobs": {"x": SHELL}},
        "submit_run": {"name": "new", "project": place, "definition": SHELL},
        "turn_off": {"scope": "project", "target": place},
        "turn_on": {"scope": "project", "target": place},
        "run_job": {},
        "pause_job": {},
        "resume_job": {},
        "jobsched_create": {"task": f"task of {place}", "name": "new", "interval": {"hours": 1}},
        "create_worker_key": {"name": "k", "pools": ["default"]},
        "create_key": {"name": "k", "scopes": ["read"]},
        "put_project_keep": {"keep": "90d"},
        "put_secret": {"value": "x"},
        "create_user_key": {"name": "k", "scopes": ["read"]},
        "put_runner": {"command": "true"},
        "add_rule": {"scope": "instance", "channels": ["ops"]},
        "put_run_progress": {"bars": [{"current": 1, "total": 2}]},
        "put_channel": {"way": "command", "target": ["true"]},
        "put_project": {"description": "x"},
        "set_my_password": {"password": "another horse entirely", "current": PASSWORD},
    }
    return bodies.get(operation, {"nothing": "that is known"})


@dataclass
class World:
    """A site with objects of three projects, and everybody who could come."""

    site: Site
    own: dict[str, str] = field(default_factory=dict)
    foreign: dict[str, str] = field(default_factory=dict)
    clients: dict[str, httpx2.AsyncClient] = field(default_factory=dict)
    key_of_session: str = ""
    id_of_session: str = ""
    checkin: str = ""
    """The token of the check-in URL of a's job."""
    entries: dict[str, int] = field(default_factory=dict)
    """By project: an entry of the audit about its job."""

    def shared_name(self, route_path: str) -> str:
        """The object of no project that a path names."""
        if route_path.startswith("/keys"):
            return self.key_of_session
        nouns = {
            "projects": SECRET,
            "notify": "ops",
            "users": "target",
            "groups": "targets",
            "pools": "spare",
            "workers": "hand",
            "calendars": "holidays",
            "runners": "mailer",
        }
        return nouns.get(route_path.split("/")[1], "")


async def a_world(site: Site) -> World:
    world = World(site)
    people = site.backend.system.people
    await people.users.create("target")
    await people.groups.create("targets")
    await site.house.ops.runners.put("mailer", "true")
    await site.house.ops.calendars.put("holidays", days=["2027-01-01"])
    await site.backend.system.pools.put(Pool(name="spare"))
    await site.backend.system.notify.put_channel(Channel(name="ops", way=Program(argv=("true",))))
    for place, objects in (("a", world.own), ("c", world.foreign)):
        objects.update(await _objects(site, place))
        await site.backend.system.secrets.set(place, SECRET, "hunter2")
        [entry] = await site.house.store.audit(kind="job", id=objects["job"], limit=1)
        world.entries[place] = entry.seq
    await site.backend.system.checkins.make(world.foreign["job"])
    world.checkin = await site.backend.system.checkins.make(world.own["job"])
    token = await _run_token(site, world)
    for name, who in PRINCIPALS.items():
        world.clients[name] = await _client(site, world, name, who, token)
    return world


async def _objects(site: Site, project: str) -> dict[str, str]:
    ops = site.house.ops
    pool, first, last = f"pool of {project}", f"{project}:job", f"{project}:last"
    await site.job(first, project=project, pool=pool)
    await site.job(last, project=project, pool=pool, needs=(Need(job=JobId(first)),))
    task = job(f"{project}:task", project=project, named=f"task of {project}")
    await ops.jobs.apply(f"board of {project}", [], tasks=[task])
    group = await ops.graphs.run(last, deps=True)
    [run] = await site.house.store.runs(RunFilter(job=JobId(first)), limit=1)
    return {"project": project, "job": first, "run": run.id, "group": group.id}


async def _run_token(site: Site, world: World) -> str:
    """The token of the run of a, which a worker holds."""
    now = site.house.clock.now()
    session = Session(
        id=SessionId("hand-of-a"),
        worker="hand",
        pools=("pool of a",),
        concurrency=1,
        lease=15.0,
        version="0",
        containment="none",
        host="h",
        pid=1,
        opened=now,
        seen=now,
    )
    await site.house.store.open_session(session)
    [claim] = await site.house.store.claim(session.id, pools=["pool of a"], n=1, at=now)
    await site.house.start(claim)
    assert claim.run.id == world.own["run"]
    return run_token(claim.run.id, claim.fence, site.backend.keyring)


async def _client(site: Site, world: World, name: str, who: Who, token: str) -> httpx2.AsyncClient:
    people = site.backend.system.people
    match who.kind:
        case "nobody":
            return site.client()
        case "run":
            return site.client(token)
        case "worker" | "stranger":
            pool = "pool of a" if who.kind == "worker" else "another pool"
            _key, secret = await people.keys.create(name, kind=KeyKind.WORKER, pools=[pool])
            return site.client(secret)
    user = name.replace(" ", "-").replace("'", "")
    roles = {project: Role(role) for project, role in (("a", who.a), ("b", who.b)) if role}
    await people.users.create(user, superuser=who.superuser, password=PASSWORD if who.kind == "session" else None)
    if roles:
        await people.groups.create(f"{user}-group", members=[user], roles=roles)
    scopes = [Permission(who.only)] if who.only else SCOPES
    lasts = seconds(1) if "expired" in name else None
    key, secret = await people.keys.create("key", owner=user, scopes=scopes, lasts=lasts)
    if who.kind == "session":
        world.key_of_session = key.id
        client = await _signed_in(site, user)
        [world.id_of_session] = await people.sessions.list(user)
        return client
    await _turn_off(site, name, user, key.id)
    return site.client(secret)


async def _signed_in(site: Site, user: str) -> httpx2.AsyncClient:
    client = site.client()
    client.headers["origin"] = "http://localhost:8425"
    token, _ = await site.backend.system.people.sessions.open(user)
    client.cookies.set("tickwork_session", token)
    return client


async def _turn_off(site: Site, name: str, user: str, key: str) -> None:
    people = site.backend.system.people
    if "deactivated" in name:
        await people.users.set(user, active=False)
    elif "expired" in name:
        site.house.clock.advance(2)
    elif "revoked" in name:
        await people.keys.revoke(key)
