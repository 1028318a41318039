-- What ended in each stretch of ids, by its index alone.
SELECT stretch.n - 1, state.name, sum(found.n)::bigint
FROM unnest(%(lows)b::text[], %(highs)b::text[]) WITH ORDINALITY AS stretch (low, high, n)
CROSS JOIN unnest(%(projects)b::text[]) AS project (name)
CROSS JOIN unnest(%(states)b::text[]) AS state (name)
CROSS JOIN LATERAL (
    SELECT count(*) AS n FROM tickwork.run
    WHERE finished IS NOT NULL
      AND (run.project, run.state, run.id) >= (project.name, state.name, stretch.low)
      AND (run.project, run.state, run.id) < (project.name, state.name, stretch.high)
) AS found
GROUP BY stretch.n, state.name
HAVING sum(found.n) > 0
