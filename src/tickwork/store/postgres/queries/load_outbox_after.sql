SELECT setval('tickwork.outbox_seq_seq', greatest(last_value, (SELECT max(seq) FROM tickwork.outbox), 1))
FROM tickwork.outbox_seq_seq
