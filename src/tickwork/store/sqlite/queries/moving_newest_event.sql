SELECT coalesce(max(event), 0) FROM run WHERE event IS NOT NULL
