from tests.services.valkey import redis_url, valkey_url

__all__ = ["redis_url", "valkey_url"]
