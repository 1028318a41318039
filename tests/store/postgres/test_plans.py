"""At 200,000 runs and 50,000 schedules every statement of the hot path still finds its rows by its index."""

import re
from collections.abc import Iterator

import pytest

from tests.services.postgres import admin, own_schema
from tickwork.core.clock import SystemClock
from tickwork.core.ids import Ids
from tickwork.store.postgres.address import address_of
from tickwork.store.postgres.connection import Connection, connect
from tickwork.store.postgres.schema import prepare
from tickwork.store.postgres.transaction import _statements
from tickwork.store.postgres.values import Batch

FILL = """
SELECT set_config('tickwork_load.as_is', 'on', true);
INSERT INTO {s}.run (id, job, project, revision, origin, state, reason, wait, schedule, nominal, pool, priority,
                     ready_at, once, attempt, losses, session, epoch, fence, created, finished, exclusive)
SELECT lpad(n::text, 20, '0'), 'job' || n %% 1000, CASE WHEN n %% 2 = 0 THEN 'default' ELSE 'p' || n %% 20 END, 1,
       'manual',
       CASE WHEN n <= 199000 AND n %% 100 = 0 THEN 'failed' WHEN n <= 199000 THEN 'succeeded'
            WHEN n %% 10 = 0 THEN 'waiting' WHEN n %% 10 = 1 THEN 'running' ELSE 'queued' END,
       CASE WHEN n <= 199000 AND n %% 100 = 0 THEN 'exit' END,
       CASE WHEN n > 199000 AND n %% 10 = 0 THEN 'overlap' END,
       's' || n %% 1000, 'at ' || n, 'default', 0, n, false, 0, 0,
       CASE WHEN n > 199000 AND n %% 10 = 1 THEN 'w' || n %% 7 END,
       CASE WHEN n > 199000 AND n %% 10 = 1 THEN 'e' END, CASE WHEN n > 199000 AND n %% 10 = 1 THEN n END,
       n, CASE WHEN n <= 199000 THEN n END, false
FROM generate_series(1, 200000) AS n;
INSERT INTO {s}.timetable (schedule, job, project, revision, cursor, due, version)
SELECT 's' || n, 'job' || n, 'default', 1, 0, n, 1 FROM generate_series(1, 50000) AS n;
INSERT INTO {s}.document (kind, id, revision, body, project, name, owner, changed, actor_kind, actor_name)
SELECT 'job', 'job' || n, 1, '{{}}', 'default', 'job' || n, '', 0, 'person', 'ann' FROM generate_series(1, 50000) AS n;
INSERT INTO {s}.current (kind, id, revision, deleted, project, name, owner)
SELECT 'job', 'job' || n, 1, false, 'default', 'job' || n, '' FROM generate_series(1, 50000) AS n;
INSERT INTO {s}.attempt (run, n, epoch, fence, session, worker, finished, outcome, reported)
SELECT lpad(n::text, 20, '0'), 1, 'e', n, 'w1', 'w', n, 'succeeded', true FROM generate_series(1, 50000) AS n;
INSERT INTO {s}.session (id, worker, pools, concurrency, lease, version, containment, host, pid, opened, seen, beat)
VALUES ('w1', 'w', '{{default}}', 1, 15, '', '', '', 1, 0, 0, 0);
INSERT INTO {s}.gap (id, schedule, job, project, revision, first, last, count, state, reason, created)
SELECT lpad(n::text, 20, '0'), 's' || n %% 1000, 'job' || n %% 1000, 'default', 1, n, n, 1, 'missed', 'down', n
FROM generate_series(1, 50000) AS n;
INSERT INTO {s}.tagged (kind, tag, id)
SELECT 'job', tag, 'job' || n FROM generate_series(1, 50000) AS n, unnest('{{nightly,billing}}'::text[]) AS tag
WHERE tag = 'nightly' OR n %% 100 = 0;
INSERT INTO {s}.said (kind, member, id) SELECT 'job', 'keep', 'job' || n FROM generate_series(1, 50000, 3) AS n;
ANALYZE {s}.gap, {s}.run, {s}.timetable, {s}.document, {s}.current, {s}.tagged, {s}.said, {s}.attempt;
"""

RUN = "0" * 14 + "199501"
LATE = "0" * 14 + "198901"
FILTERS = {
    **dict.fromkeys(("over", "outcome", "reason", "amiss", "project", "state", "job", "wait", "group", "projects")),
    **dict.fromkeys(("states", "origin", "schedule")),
    **dict.fromkeys(("since", "until", "reasons", "lane", "worker", "text", "sought_origin", "sought_schedule")),
    "low": "",
    "high": "\U0010ffff",
    "look": 50,
    "limit": 50,
}
NEWEST = FILTERS | {"after": None, "last": None, "by_end": False}
ENDED = {"over": True, "outcome": "default", "project": "default", "state": "failed"}
AMID = ENDED | {"outcome": "p15", "project": "p15"}
REASON = {"project": "default", "state": "failed", "reason": "exit"}
AMISS = {"amiss": "job7", "state": "failed"}
WAYS = {
    "all": (NEWEST, "run_pkey"),
    "all, in a stretch of time": (NEWEST | {"low": RUN, "since": 1, "until": 2}, "run_pkey"),
    "by what is looked for": (NEWEST | {"look": 10_000, "text": "x", "reasons": ["exit"], "worker": "w"}, "run_pkey"),
    "what ended last": (NEWEST | {"look": 2_000, "by_end": True, "states": ["failed", "succeeded"]}, "run_pkey"),
    "of a job": (NEWEST | {"job": "job7", "over": True}, "run_ended"),
    "of a job, alive": (NEWEST | {"job": "job7", "over": False, "states": ["queued"]}, "run_live"),
    "of a group": (NEWEST | {"group": "g"}, "run_group"),
    "that wait": (NEWEST | {"wait": "upstream"}, "run_waiting"),
    "alive": (NEWEST | {"over": False, "states": ["queued", "running"]}, "run_live"),
    "alive, of some projects": (NEWEST | {"over": False, "projects": ["default", "etl"]}, "run_live"),
    "of an outcome": (NEWEST | ENDED, "run_outcome"),
    "of an outcome, in a stretch of time": (NEWEST | ENDED | {"low": RUN, "since": 1}, "run_outcome"),
    "of an outcome, in a short stretch of time": (NEWEST | AMID | {"low": LATE, "since": 1}, "run_outcome"),
    "of the usual outcome": (NEWEST | ENDED | {"state": "succeeded"}, "run_outcome"),
    "of a reason": (NEWEST | REASON, "run_reason"),
    "of a reason, in a stretch of time": (NEWEST | REASON | {"low": RUN, "since": 1}, "run_reason"),
    "of a job, amiss": (NEWEST | AMISS, "run_amiss"),
    "of a job, amiss, by what is looked for": (NEWEST | AMISS | {"look": 10_000, "worker": "w"}, "run_amiss"),
}
HELD = Batch([{"run": RUN, "epoch": "e", "n": 199_501, "attempt": 1}])
STATEMENTS = {
    "claim_pick": ({"session": "w1", "pools": ["default", "other"], "most": [10, 10], "at": 10**9}, "run_queue"),
    "claim_first": ({"session": "w1", "pools": ["default", "other"], "n": 10, "at": 10**9}, "run_queue"),
    "claim": ({"session": "w1", "runs": [RUN]}, "run_pkey"),
    "lock_sessions": ({"sessions": ["w1"]}, "session_pkey"),
    "lock_runs": ({"runs": [RUN], "of_jobs": ["job7"], "of_sessions": ["w1"]}, "run_live"),
    "promote": ({"runs": [RUN]}, "run_pkey"),
    "promote_behind": ({"runs": [RUN]}, "run_pkey"),
    "start": ({"reports": HELD}, "run_pkey"),
    "start_repeated": ({"reports": HELD}, "run_pkey"),
    "finish": ({"reports": HELD}, "run_pkey"),
    "finish_repeated": ({"reports": HELD}, "attempt_pkey"),
    "release": ({"claims": HELD, "at": 1}, "run_pkey"),
    "append_log_holds": ({"writes": HELD}, "run_pkey"),
    "beat_orders": ({"session": "w1"}, "run_session"),
    "settle_claims": ({"session": "w1"}, "run_session"),
    "overlap_others": ({"jobs": ["job7"]}, "run_live"),
    "replace_pending": ({"job": "job7", "note": "", "at": 1}, "run_live"),
    "replace_held": ({"job": "job7", "request": ""}, "run_live"),
    "born_existing": ({"keys": HELD}, "run_occurrence"),
    "cancel_lock": ({"runs": [RUN]}, "run_pkey"),
    "promote_late": ({"at": 1}, "run_deadline"),
    "promote_deferred": ({"at": 1}, "run_waiting"),
    "promote_overlap": ({}, "run_waiting"),
    "promote_ripe": ({"at": 1}, "run_delayed"),
    "promote_next": ({"at": 1}, "run_delayed"),
    "due": ({"at": 100, "limit": 10}, "timetable_due"),
    "due_next": ({"at": 100}, "timetable_due"),
    "upcoming": ({"project": None, "limit": 10}, "timetable_due"),
    "idle": ({"projects": None, "after": "", "limit": 10}, "timetable_idle"),
    "timetable": ({"jobs": ["job7"]}, "timetable_job"),
    "fire_lock": ({"schedules": ["s7"]}, "timetable_pkey"),
    "fire_advance": ({"rows": Batch([{"schedule": "s7"}])}, "timetable_pkey"),
    "run": ({"run": RUN}, "run_pkey"),
    "resolve": ({"prefix": RUN[:18], "limit": 2}, "run_pkey"),
    "runs_oldest": (FILTERS | {"low": RUN}, "run_pkey"),
    "runs_projects": ({}, "run_outcome"),
    "runs_end": ({"run": RUN}, "run_pkey"),
    "counts": ({"project": None}, "run_live"),
    "tally": (
        {"lows": [RUN], "highs": ["1"], "projects": ["default"], "states": ["failed", "succeeded"]},
        "Index Only Scan using run_outcome",
    ),
    "tally_live": ({"low": RUN, "high": "1", "projects": None}, "run_live"),
    "gaps_newest": (
        {**dict.fromkeys(("job", "schedule", "until", "projects")), "since": 1, "limit": 50},
        "gap_last",
    ),
    "unblock_lock": ({"runs": [RUN]}, "run_waiting"),
    "unblock": ({"fates": Batch([{"run": RUN, "state": "queued"}]), "at": 1}, "run_pkey"),
    "latest": ({"jobs": ["job7", "job8"], "n": 1, "states": None, "over": True}, "run_ended"),
    "get": ({"kind": "job", "ids": ["job7"]}, "current_pkey"),
    "find": (
        {"kind": "job", "project": None, "name": "job7", "owner": None, "after": "", "deleted": False, "limit": 9},
        "current_name",
    ),
    "find_tagged": (
        {"kind": "job", "tags": ["nightly", "billing"], "after": "job2", "limit": 1000}
        | dict.fromkeys(("project", "name", "owner")),
        "tagged_pkey",
    ),
    "saying": ({"kind": "job", "what": "keep", "after": "job2", "limit": 1000}, "said_pkey"),
    "crowded": ({"n": 100, "after": "job2", "look": 500}, "Index Only Scan using run_ended"),
    "put_current": ({"keys": Batch([{"kind": "job", "id": "job7"}])}, "current_pkey"),
    "claim_definitions": ({"definitions": Batch([{"job": "job7", "revision": 1}])}, "document_pkey"),
}
READ_ONLY = {"due", "due_next", "upcoming", "timetable", "run", "resolve", "latest", "get"} | {
    name
    for name in STATEMENTS
    if name.startswith(("runs_", "counts", "tally", "gaps", "idle", "find", "saying", "crowded"))
}


@pytest.fixture(scope="module")
def filled(postgres_server: str) -> Iterator[Connection]:
    with own_schema(postgres_server) as url:
        address, clock = address_of(url), SystemClock()
        with connect(address, plain=True) as db:
            prepare(db, address, clock=clock, ids=Ids(clock=clock))
        with admin(url) as db:
            db.execute(FILL.format(s=address.schema).replace("%%", "%"), prepare=False)
            db.execute(f"VACUUM {address.schema}.run", prepare=False)
        with connect(address) as db:
            db.schema = address.schema
            yield db


def check(plan: str, index: str) -> None:
    assert index in plan, plan
    assert not re.search(r"Seq Scan on (run|timetable|document|current|tagged|said|attempt)\b", plan), plan
    for sort in re.findall(r"Sort .*rows=(\d+)", plan):
        assert int(sort) < 20_000, plan


@pytest.mark.parametrize("name", sorted(STATEMENTS))
def test_a_statement_keeps_its_index(filled: Connection, name: str) -> None:
    parameters, index = STATEMENTS[name]
    sql = b"EXPLAIN " + _statements(filled.schema)[name]
    check("\n".join(row[0] for row in filled.execute(sql, parameters, prepare=False)), index)


@pytest.mark.parametrize("way", WAYS)
def test_a_listing_finds_its_runs_by_the_index_of_its_filter(filled: Connection, way: str) -> None:
    parameters, index = WAYS[way]
    sql = b"EXPLAIN " + _statements(filled.schema)["runs_newest"]
    check("\n".join(row[0] for row in filled.execute(sql, parameters, prepare=False)), index)


@pytest.mark.parametrize("name", sorted(STATEMENTS.keys() - READ_ONLY))
def test_a_statement_of_a_writer_keeps_it_whatever_its_values_are(filled: Connection, name: str) -> None:
    parameters, index = STATEMENTS[name]
    numbers = {parameter: f"${n}" for n, parameter in enumerate(parameters, 1)}
    sql = re.sub(r"%\((\w+)\)b", lambda found: numbers[found[1]], _statements(filled.schema)[name].decode())
    check("\n".join(row[0] for row in filled.execute(f"EXPLAIN (GENERIC_PLAN) {sql}", prepare=False)), index)


def test_what_has_not_ended_of_a_job_is_found_without_its_history(filled: Connection) -> None:
    parameters = STATEMENTS["latest"][0] | {"states": ["queued", "running"], "over": False}
    sql = b"EXPLAIN " + _statements(filled.schema)["latest"]
    plan = "\n".join(row[0] for row in filled.execute(sql, parameters, prepare=False))
    check(plan, "run_live")
    assert "run_ended" not in plan
