-- In the order of the array, which is the same everywhere: nobody waits in a circle.
SELECT pg_advisory_xact_lock(%(space)b::int, stripe) FROM unnest(%(stripes)b::int[]) AS stripe
