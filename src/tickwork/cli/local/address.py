"""Where people reach the server of a store that is at hand."""

from tickwork.config import DEFAULT_PORT, environment, load
from tickwork.operations import Operations


def server_url(ops: Operations) -> str:
    """By the settings, as this command sees them."""
    settings = load(environment(), store=ops.store.url)
    return settings.public_url.rstrip("/") or f"http://{settings.listen}:{settings.port or DEFAULT_PORT}"
