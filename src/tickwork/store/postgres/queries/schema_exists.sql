SELECT to_regnamespace(%(quoted)b) IS NOT NULL
