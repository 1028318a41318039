SELECT json_build_object('seq', seq, 'run', run, 'job', job, 'state', state, 'at', at), seq FROM tickwork.outbox
WHERE seq > %(seq)b
ORDER BY seq
LIMIT %(limit)b
