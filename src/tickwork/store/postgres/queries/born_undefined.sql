SELECT asked.job, asked.revision
FROM json_to_recordset(%(definitions)b) AS asked (job text, revision bigint)
WHERE NOT EXISTS (
    SELECT FROM tickwork.document
    WHERE kind = 'job' AND document.id = asked.job AND document.revision = asked.revision AND body IS NOT NULL
)
LIMIT 1
