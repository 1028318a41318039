-- What has not ended.
SELECT id, state FROM tickwork.run
WHERE finished IS NULL AND (%(projects)b::text[] IS NULL OR project = ANY (%(projects)b))
