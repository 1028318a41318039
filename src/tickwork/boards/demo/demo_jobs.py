"""The Python functions of the demo board."""

import logging
import os

logger = logging.getLogger("demo")


def estimate_pi(*, terms: int) -> dict[str, float]:
    """Leibniz' series: slow, but it gets there."""
    estimate = 4 * sum((-1) ** n / (2 * n + 1) for n in range(terms))
    logger.info("after %d terms: %.6f", terms, estimate)
    return {"terms": terms, "pi": estimate}


def flaky() -> str:
    attempt = int(os.environ.get("TICKWORK_ATTEMPT", "1"))
    if attempt == 1:
        raise ConnectionError("the other side is not there yet")
    return f"worked at attempt {attempt}"
