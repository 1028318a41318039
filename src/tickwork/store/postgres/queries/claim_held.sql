-- What is claimed or running, by lane: few, as only seats hold runs.
SELECT pool, count(*) FROM tickwork.run WHERE session IS NOT NULL GROUP BY pool
