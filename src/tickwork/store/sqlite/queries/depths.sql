-- How many runs are queued, by lane.
SELECT pool, count(*) FROM run INDEXED BY run_queue WHERE state = 'queued' GROUP BY pool
