-- The oldest busy run of each job, and the oldest one that waits for its end.
SELECT job,
       (
           SELECT id FROM tickwork.run
           WHERE run.job = asked.job AND finished IS NULL AND wait IS NULL AND origin <> 'cleanup'
           ORDER BY id LIMIT 1
       ),
       (SELECT id FROM tickwork.run WHERE wait = 'overlap' AND run.job = asked.job ORDER BY id LIMIT 1)
FROM unnest(%(jobs)b::text[]) AS asked (job)
