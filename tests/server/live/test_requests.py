"""What clients say is understood exactly, or refused with a reason."""

import pytest

from tickwork.errors import InvalidDefinition
from tickwork.server.live.subscription import MOST, Subject, Subscription, Topic, parsed


def test_subscriptions_are_understood() -> None:
    log = '{"topic": "run", "id": "r", "log": true, "attempt": 2, "after": 7}'
    request = parsed(f'{{"subscribe": [{{"topic": "runs"}}, {log}]}}')
    assert request.subscribe == (
        Subscription(topic=Topic.RUNS),
        Subscription(topic=Topic.RUN, log=True, id="r", attempt=2, after=7),
    )
    assert parsed('{"unsubscribe": [{"topic": "runs", "job": "j"}]}').unsubscribe[0].key == (Subject.JOB, "j")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        '{"subscribe": {}}',
        '{"subscribe": [{"topic": "everything"}]}',
        '{"subscribe": [{"topic": "runs", "id": "x"}]}',
        '{"subscribe": [{"topic": "run"}]}',
        '{"subscribe": [{"topic": "run", "id": 7}]}',
        '{"subscribe": [{"topic": "run", "id": "x", "extra": 1}]}',
        '{"subscribe": [{"topic": "run", "log": true, "id": "x", "attempt": 0}]}',
        '{"subscribe": [{"topic": "run", "log": true, "id": "x", "after": -2}]}',
        '{"subscribe": [{"topic": "run", "log": true, "id": "x", "after": 99999999999999999999}]}',
        '{"subscribe": [{"topic": "run", "id": "x\\u0000"}]}',
        '{"subscribe": [{"topic": "run", "id": "' + "x" * 501 + '"}]}',
        '{"subscribe": [{"topic": "runs", "job": "j", "project": "p"}]}',
        '{"subscribe": [{"topic": "runs", "log": true}]}',
        '{"subscribe": [{"topic": "workers", "project": "p"}]}',
        '{"subscribe": [{"topic": "run", "id": ""}]}',
        '{"delete": []}',
        '{"subscribe": [' + ",".join(['{"topic": "runs"}'] * (MOST + 1)) + "]}",
        "[" * 100_000,
    ],
)
def test_what_is_not_understood_is_refused(text: str) -> None:
    with pytest.raises(InvalidDefinition, match="not understood"):
        parsed(text)
