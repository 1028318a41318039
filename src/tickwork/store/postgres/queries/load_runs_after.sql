-- Fences given from now on are greater than every one of those.
SELECT setval('tickwork.fence_number', greatest(last_value, (SELECT max(fence) FROM tickwork.run), 1))
FROM tickwork.fence_number
