DELETE FROM tickwork.transition
USING json_populate_recordset(NULL::tickwork.transition, %(rows)b) AS obsolete
WHERE transition.source = obsolete.source
  AND transition.target = obsolete.target
  AND transition.reason = obsolete.reason
