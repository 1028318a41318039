"""The doors over HTTP: REST at /api/v1, the live socket, predecessor paths at the root, the pages under /ui/."""
