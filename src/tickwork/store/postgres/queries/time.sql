-- What the server's clock shows, in microseconds.
SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint
