SELECT setval('tickwork.fence_number', greatest(last_value, (SELECT max(fence) FROM tickwork.attempt), 1))
FROM tickwork.fence_number
