-- Hopping over the jobs that have runs, `look` of them from behind `after` on: those with more than `n`, and the last one. No
-- project: it has no more, or is gone.
WITH RECURSIVE met (job, n) AS (
    SELECT least(
        (SELECT min(job) FROM tickwork.run WHERE finished IS NULL AND job > %(after)b),
        (SELECT min(job) FROM tickwork.run WHERE finished IS NOT NULL AND job > %(after)b)
    ), 1
    UNION ALL
    SELECT least(
        (SELECT min(job) FROM tickwork.run WHERE finished IS NULL AND run.job > met.job),
        (SELECT min(job) FROM tickwork.run WHERE finished IS NOT NULL AND run.job > met.job)
    ), n + 1
    FROM met
    WHERE met.job IS NOT NULL AND n < %(look)b
)
SELECT met.job, met.n, crowded.project
FROM met
LEFT JOIN LATERAL (
    SELECT current.project FROM tickwork.current
    WHERE kind = 'job' AND current.id = met.job AND NOT deleted
      AND EXISTS (
          SELECT FROM (
              (SELECT id FROM tickwork.run WHERE run.job = met.job AND finished IS NULL LIMIT %(n)b + 1)
              UNION ALL
              (SELECT id FROM tickwork.run WHERE run.job = met.job AND finished IS NOT NULL LIMIT %(n)b + 1)
          ) AS counted
          OFFSET %(n)b
      )
) AS crowded ON true
WHERE met.job IS NOT NULL AND (crowded.project IS NOT NULL OR met.n = %(look)b)
ORDER BY met.n
