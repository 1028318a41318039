SELECT body FROM document WHERE kind = 'job' AND id = ?1 AND revision = ?2
