SELECT id, worker, pools, concurrency, lease, version, containment, host, pid, opened, seen, beat, ended,
       labels, load, tasks, id
FROM session WHERE id > ?1 ORDER BY id LIMIT ?2
