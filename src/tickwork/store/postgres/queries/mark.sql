-- Only where this transaction has written something: there is nothing to look up otherwise.
INSERT INTO tickwork.mark (lane, n, at)
SELECT %(lane)b, %(n)b, %(at)b WHERE pg_current_xact_id_if_assigned() IS NOT NULL
ON CONFLICT (lane) DO UPDATE SET n = excluded.n, at = excluded.at
