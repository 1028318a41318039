SELECT pg_notify(%(channel)b, %(letter)b)
