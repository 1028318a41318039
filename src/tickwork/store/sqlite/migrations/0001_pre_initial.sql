-- A Tickwork store. Times are UTC microseconds; bodies are JSON.
PRAGMA application_id = 1416192875;  -- "Tick"

CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

-- Numbers that only go up: of fences, of events in the outbox, of changes of switches, of removed timetable rows.
CREATE TABLE counter (name TEXT PRIMARY KEY, n INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO counter (name, n) VALUES ('fence', 0), ('event', 0), ('switch', 0), ('timetable', 0);

-- definitions ----------------------------------------------------------------------------------------

CREATE TABLE document (
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    body BLOB,
    project TEXT NOT NULL,
    name TEXT NOT NULL,
    owner TEXT NOT NULL,
    changed INTEGER NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_name TEXT NOT NULL,
    PRIMARY KEY (kind, id, revision)
) STRICT;

-- The current revision of each document, narrow so that finding never reads bodies.
CREATE TABLE current (
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    deleted INTEGER NOT NULL,
    project TEXT NOT NULL,
    name TEXT NOT NULL,
    owner TEXT NOT NULL,
    PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX current_name ON current (kind, name, id);

CREATE TABLE audit (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_name TEXT NOT NULL,
    verb TEXT NOT NULL,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    revision INTEGER,
    note TEXT
) STRICT;
CREATE INDEX audit_object ON audit (kind, id, seq);

-- the timetable ----------------------------------------------------------------------------------------

CREATE TABLE timetable (
    schedule TEXT PRIMARY KEY,
    job TEXT NOT NULL,
    project TEXT NOT NULL,
    revision INTEGER NOT NULL,
    cursor INTEGER NOT NULL,
    due INTEGER,
    version INTEGER NOT NULL,
    gap TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX timetable_due ON timetable (due, schedule) WHERE due IS NOT NULL;
CREATE INDEX timetable_job ON timetable (job, schedule);
CREATE INDEX timetable_gap ON timetable (gap) WHERE gap IS NOT NULL;

-- Up to where the history of a job may have holes, because it was pruned.
CREATE TABLE pruned (job TEXT PRIMARY KEY, through INTEGER NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE gap (
    id TEXT PRIMARY KEY,
    schedule TEXT NOT NULL,
    job TEXT NOT NULL,
    project TEXT NOT NULL,
    revision INTEGER NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    count INTEGER NOT NULL CHECK (count > 0),
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    note TEXT,
    created INTEGER NOT NULL
) STRICT;
CREATE INDEX gap_first ON gap (first, id);
CREATE INDEX gap_job ON gap (job, first);

-- runs -------------------------------------------------------------------------------------------------

-- Filled from core/states.py whenever a store opens; see the triggers below. `reason` is '' for none, `source` is
-- '' for being born.
CREATE TABLE transition (
    source TEXT NOT NULL,
    target TEXT NOT NULL,
    reason TEXT NOT NULL,
    held INTEGER NOT NULL,
    terminal INTEGER NOT NULL,
    PRIMARY KEY (source, target, reason)
) STRICT, WITHOUT ROWID;

-- The hot row. What is read with a run but not moved with it stands in the tables below.
CREATE TABLE run (
    id TEXT PRIMARY KEY NOT NULL,
    job TEXT NOT NULL,
    project TEXT NOT NULL,
    revision INTEGER NOT NULL,
    origin TEXT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT,
    wait TEXT,
    schedule TEXT,
    slot INTEGER,
    nominal TEXT,
    pool TEXT NOT NULL,
    priority INTEGER NOT NULL,
    ready_at INTEGER NOT NULL,
    start_by INTEGER,
    once INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    losses INTEGER NOT NULL,
    session TEXT,
    epoch TEXT,
    fence INTEGER,
    cancel TEXT,
    note TEXT,
    about TEXT,
    "group" TEXT,
    exit_code INTEGER,
    worker TEXT,
    created INTEGER NOT NULL,
    started INTEGER,
    finished INTEGER,
    exclusive INTEGER NOT NULL,  -- the job does not allow overlap
    event INTEGER  -- its number in the outbox, until it is consumed
) STRICT;

-- The conditions of these indexes avoid `state` where they can: a claim and a start then do not touch them.
-- "busy" is finished IS NULL AND wait IS NULL: queued, claimed or running (the triggers see to it).
CREATE INDEX run_queue ON run (pool, priority DESC, ready_at, id) WHERE state = 'queued';
CREATE INDEX run_delayed ON run (ready_at) WHERE state = 'queued' AND ready_at > created;
CREATE INDEX run_deadline ON run (start_by) WHERE state = 'queued' AND start_by IS NOT NULL;
CREATE INDEX run_waiting ON run (wait, job, id) WHERE wait IS NOT NULL;
CREATE INDEX run_busy ON run (job, id) WHERE finished IS NULL AND wait IS NULL;
CREATE UNIQUE INDEX run_exclusive ON run (job) WHERE exclusive AND finished IS NULL AND wait IS NULL;
CREATE INDEX run_session ON run (session) WHERE session IS NOT NULL;
CREATE UNIQUE INDEX run_event ON run (event) WHERE event IS NOT NULL;
CREATE UNIQUE INDEX run_occurrence ON run (schedule, nominal) WHERE schedule IS NOT NULL;
CREATE INDEX run_job ON run (job, id);

CREATE TRIGGER run_born BEFORE INSERT ON run
WHEN NOT EXISTS (
    SELECT 1 FROM transition
    WHERE source = '' AND target = NEW.state AND reason = coalesce(NEW.reason, '')
      AND held = (NEW.session IS NOT NULL) AND terminal = (NEW.finished IS NOT NULL)
      AND (target = 'waiting') = (NEW.wait IS NOT NULL)
)
AND NOT EXISTS (SELECT 1 FROM meta WHERE key = 'moving')
BEGIN
    SELECT RAISE(ABORT, 'run ' || NEW.id || ' may not be born ' || NEW.state || coalesce(' (' || NEW.reason || ')', ''));
END;

CREATE TRIGGER run_moved BEFORE UPDATE OF state, reason ON run
WHEN NOT EXISTS (
    SELECT 1 FROM transition
    WHERE source = OLD.state AND target = NEW.state AND reason = coalesce(NEW.reason, '')
      AND held = (NEW.session IS NOT NULL) AND terminal = (NEW.finished IS NOT NULL)
      AND (target = 'waiting') = (NEW.wait IS NOT NULL)
)
BEGIN
    SELECT RAISE(ABORT, 'run ' || NEW.id || ' may not go from ' || OLD.state || ' to ' || NEW.state
        || coalesce(' (' || NEW.reason || ')', ''));
END;

-- A run's columns in the order of the model's fields.
CREATE VIEW run_row AS
SELECT id, job, project, revision, origin, state, reason, wait, schedule, slot, nominal, pool, priority, ready_at,
       start_by, once, attempt, losses, session, epoch, fence, cancel, note, about, "group", exit_code, worker,
       created, started, finished
FROM run;

CREATE TABLE input (run TEXT PRIMARY KEY NOT NULL, params BLOB NOT NULL) STRICT;

CREATE TABLE result (run TEXT PRIMARY KEY NOT NULL, result BLOB, error TEXT) STRICT;

CREATE TABLE attempt (
    run TEXT NOT NULL,
    n INTEGER NOT NULL,
    epoch TEXT NOT NULL,
    fence INTEGER NOT NULL,
    session TEXT NOT NULL,
    worker TEXT NOT NULL,
    started INTEGER,
    finished INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    reason TEXT,
    exit_code INTEGER,
    error TEXT,
    reported INTEGER NOT NULL,  -- by its holder; 0: the claim was taken away, nothing may follow
    PRIMARY KEY (run, fence, epoch)
) STRICT, WITHOUT ROWID;

CREATE TABLE log (
    run TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,
    stream TEXT NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (run, attempt, seq)
) STRICT;

CREATE TABLE session (
    id TEXT PRIMARY KEY,
    worker TEXT NOT NULL,
    pools TEXT NOT NULL,
    concurrency INTEGER NOT NULL,
    lease REAL NOT NULL,
    version TEXT NOT NULL,
    containment TEXT NOT NULL,
    host TEXT NOT NULL,
    pid INTEGER NOT NULL,
    opened INTEGER NOT NULL,
    seen INTEGER NOT NULL,
    beat INTEGER NOT NULL,
    ended INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX session_open ON session (opened) WHERE ended IS NULL;
