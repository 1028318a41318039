SELECT relname::text FROM pg_class WHERE relnamespace = to_regnamespace(%(quoted)b) AND relkind = 'r'
