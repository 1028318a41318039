INSERT INTO session (
    id, worker, pools, concurrency, lease, version, containment, host, pid, opened, seen, beat, ended, labels, load,
    tasks
)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)
ON CONFLICT DO NOTHING
