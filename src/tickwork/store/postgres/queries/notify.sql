-- A transaction of its own. A hint may be lost: it does not wait for the disk.
SELECT set_config('synchronous_commit', 'off', true), pg_notify(channel, letter)
FROM unnest(%(channels)b::text[], %(letters)b::text[]) AS sent (channel, letter)
