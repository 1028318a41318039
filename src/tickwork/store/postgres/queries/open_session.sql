INSERT INTO tickwork.session (
    id, worker, pools, concurrency, lease, version, containment, host, pid, opened, seen, beat, ended, labels, load, tasks
)
SELECT id, worker, pools, concurrency, lease, version, containment, host, pid, opened, seen, beat, ended,
       coalesce(labels, '{}'), load, coalesce(tasks, '{}')
FROM json_populate_recordset(NULL::tickwork.session, %(sessions)b)
ON CONFLICT DO NOTHING
