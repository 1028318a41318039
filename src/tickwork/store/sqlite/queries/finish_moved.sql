-- Numbers of events are given once: whoever has this one was moved by this very batch.
SELECT 1 FROM run WHERE id = ?1 AND event = ?2
