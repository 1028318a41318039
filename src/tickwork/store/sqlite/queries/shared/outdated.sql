-- So many newer runs of its job are there that it need not stay.
AND (
    :keep = 0
    OR EXISTS (
        SELECT 1 FROM run AS newer INDEXED BY run_job
        WHERE newer.job = run.job AND newer.id > run.id
        LIMIT 1 OFFSET :keep - 1
    )
)
