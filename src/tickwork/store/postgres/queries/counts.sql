-- What has not ended; `tally` counts the rest.
SELECT state, count(*) FROM tickwork.run
WHERE finished IS NULL AND (%(project)b::text IS NULL OR project = %(project)b)
GROUP BY state
