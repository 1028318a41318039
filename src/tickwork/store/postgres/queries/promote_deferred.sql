SELECT id, job, exclusive FROM tickwork.run
WHERE wait = 'deferred' AND ready_at <= %(at)b
ORDER BY ready_at, id
