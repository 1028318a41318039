SELECT 1 FROM document WHERE kind = 'job' AND id = ?1 AND revision = ?2 AND body IS NOT NULL
