-- Ended and live runs stand in indexes of their own; live ones are few.
SELECT asked.job, nth.id
FROM unnest(%(jobs)b::text[]) AS asked (job)
CROSS JOIN LATERAL (
    SELECT id FROM (
        (
            SELECT id FROM tickwork.run WHERE run.job = asked.job AND finished IS NOT NULL
            ORDER BY id DESC LIMIT %(n)b
        )
        UNION ALL
        (SELECT id FROM tickwork.run WHERE run.job = asked.job AND finished IS NULL)
    ) AS newest
    ORDER BY id DESC
    LIMIT 1 OFFSET %(n)b - 1
) AS nth
