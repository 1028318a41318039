SELECT setval('tickwork.audit_seq_seq', max(seq)) FROM tickwork.audit
