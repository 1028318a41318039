SELECT value ->> 0, value ->> 1 FROM json_each(?1)
WHERE NOT EXISTS (
    SELECT 1 FROM document
    WHERE kind = 'job' AND id = value ->> 0 AND revision = value ->> 1 AND body IS NOT NULL
)
LIMIT 1
