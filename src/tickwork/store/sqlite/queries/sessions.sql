SELECT id, worker, pools, concurrency, lease, version, containment, host, pid, opened, seen, beat, ended, labels,
       load, tasks
FROM session
WHERE ended IS NULL OR ended >= ?1
ORDER BY opened, id
