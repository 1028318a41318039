"""The paths that older schedulers had, over the same jobs."""
