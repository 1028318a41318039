-- How many runs are queued, by lane.
SELECT pool, count(*) FROM tickwork.run WHERE finished IS NULL AND wait IS NULL AND session IS NULL GROUP BY pool
