-- What is claimed or running, by lane: few, as only seats hold runs.
SELECT pool, count(*) FROM run INDEXED BY run_session WHERE session IS NOT NULL GROUP BY pool
