SELECT pg_advisory_xact_lock(%(space)b::int, -1)
