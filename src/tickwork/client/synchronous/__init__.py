"""Made from `tickwork.client.synchronous` by `python -m tests.client`: do not edit."""
