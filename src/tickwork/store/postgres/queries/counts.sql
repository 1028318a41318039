SELECT state, count(*) FROM tickwork.run
WHERE %(project)b::text IS NULL OR project = %(project)b
GROUP BY state
