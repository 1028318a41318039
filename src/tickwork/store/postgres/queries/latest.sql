-- Whoever asks only for what has not ended is not led through what has (`over`).
SELECT tickwork.value(run)
FROM unnest(%(jobs)b::text[]) AS asked (job)
CROSS JOIN LATERAL (
    (
        SELECT run FROM tickwork.run
        WHERE %(over)b::boolean AND run.job = asked.job AND finished IS NOT NULL AND origin NOT IN ('map', 'cleanup')
          AND (%(states)b::text[] IS NULL OR state = ANY (%(states)b))
        ORDER BY id DESC LIMIT %(n)b
    )
    UNION ALL
    (
        SELECT run FROM tickwork.run
        WHERE run.job = asked.job AND finished IS NULL AND origin NOT IN ('map', 'cleanup')
          AND (%(states)b::text[] IS NULL OR state = ANY (%(states)b))
        ORDER BY id DESC LIMIT %(n)b
    )
) AS newest
ORDER BY asked.job, (run).id DESC
