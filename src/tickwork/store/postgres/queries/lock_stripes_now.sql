SELECT stripe FROM unnest(%(stripes)b::int[]) AS stripe WHERE pg_try_advisory_xact_lock(%(space)b::int, stripe)
