"""What clients say is understood exactly, or refused with a reason."""

import pytest

from tickwork.errors import InvalidDefinition
from tickwork.server.live.subscription import MOST, Subject, Subscription, parsed


def test_subscriptions_are_understood() -> None:
    request = parsed('{"subscribe": [{"to": "runs"}, {"to": "log", "id": "r", "attempt": 2, "after": 7}]}')
    assert request.subscribe == (
        Subscription(to=Subject.RUNS),
        Subscription(to=Subject.LOG, id="r", attempt=2, after=7),
    )
    assert parsed('{"unsubscribe": [{"to": "job", "id": "j"}]}').unsubscribe[0].topic == (Subject.JOB, "j")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        '{"subscribe": {}}',
        '{"subscribe": [{"to": "everything"}]}',
        '{"subscribe": [{"to": "runs", "id": "x"}]}',
        '{"subscribe": [{"to": "run"}]}',
        '{"subscribe": [{"to": "run", "id": 7}]}',
        '{"subscribe": [{"to": "run", "id": "x", "extra": 1}]}',
        '{"subscribe": [{"to": "log", "id": "x", "attempt": 0}]}',
        '{"subscribe": [{"to": "log", "id": "x", "after": -2}]}',
        '{"subscribe": [{"to": "log", "id": "x", "after": 99999999999999999999}]}',
        '{"subscribe": [{"to": "run", "id": "x\\u0000"}]}',
        '{"subscribe": [{"to": "run", "id": "' + "x" * 501 + '"}]}',
        '{"delete": []}',
        '{"subscribe": [' + ",".join(['{"to": "runs"}'] * (MOST + 1)) + "]}",
        "[" * 100_000,
    ],
)
def test_what_is_not_understood_is_refused(text: str) -> None:
    with pytest.raises(InvalidDefinition, match="not understood"):
        parsed(text)
