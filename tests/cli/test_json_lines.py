"""What a server says where something collects its log: one JSON object a line, whoever speaks."""

import json
import logging

import pytest

from tickwork.cli.lines import EventLines
from tickwork.cli.voices import logging_too, voice_of
from tickwork.config import Settings
from tickwork.core.clock import iso
from tickwork.telemetry import Notice, RequestAnswered, RunEnded, RunsFired, ServiceFailed
from tickwork.testing import FakeClock

ENDED = RunEnded(run="r1", job="backup", state="failed", reason="exit", seconds=2.0)


class Speaking:
    """What speaks."""

    def __init__(self, **settings: str) -> None:
        self.clock = FakeClock()
        self.settings = Settings(store="memory://", log_format="json", **settings)
        self.voice = voice_of(self.settings, clock=self.clock, line=print)


def said(capsys: pytest.CaptureFixture[str]) -> list[dict]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_an_event_is_an_object_with_its_words_and_its_facts(capsys: pytest.CaptureFixture[str]) -> None:
    speaking = Speaking()
    speaking.voice.event(ENDED)
    assert said(capsys) == [
        {
            "at": iso(speaking.clock.now()),
            "level": "info",
            "event": "RunEnded",
            "message": "backup failed (exit) in 2.0s (run r1)",
            "run": "r1",
            "job": "backup",
            "state": "failed",
            "reason": "exit",
            "seconds": 2.0,
        }
    ]


def test_greetings_and_words_with_line_ends_are_one_line_each(capsys: pytest.CaptureFixture[str]) -> None:
    voice = Speaking().voice
    voice.ready(["ready: here", "    two\nlines"])
    voice.say("stopping")
    assert [(one["event"], one["message"]) for one in said(capsys)] == [
        ("ready", "ready: here"),
        ("ready", "two\nlines"),
        ("said", "stopping"),
    ]


@pytest.mark.parametrize(
    ("level", "heard"),
    [
        ("debug", ["RunsFired", "RequestAnswered", "RunEnded", "Notice", "ServiceFailed"]),
        ("info", ["RunEnded", "Notice", "ServiceFailed"]),
        ("warning", ["ServiceFailed"]),
        ("error", ["ServiceFailed"]),
    ],
)
def test_what_is_less_grave_than_asked_is_not_said(
    capsys: pytest.CaptureFixture[str], level: str, heard: list[str]
) -> None:
    voice = Speaking(log_level=level).voice
    answered = RequestAnswered(request="q", method="GET", route="/", status=200, seconds=0.1)
    failed = ServiceFailed(service="scheduler", error="E", failures=1)
    for event in (RunsFired(runs=1, gaps=0), answered, ENDED, Notice(text="hear"), failed):
        voice.event(event)
    assert [one["event"] for one in said(capsys)] == heard


def test_lines_for_people_go_by_the_level_too(capsys: pytest.CaptureFixture[str]) -> None:
    clock = FakeClock()
    settings = Settings(store="memory://", log_level="warning")
    voice = voice_of(settings, clock=clock, line=print)
    assert isinstance(voice, EventLines)
    voice.event(ENDED)
    voice.event(ServiceFailed(service="scheduler", error="E", failures=1))
    assert [line[9:] for line in capsys.readouterr().out.splitlines()] == ["scheduler failed (1 in a row): E"]


def test_what_libraries_log_comes_in_the_same_form_with_its_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    speaking = Speaking()
    with logging_too(speaking.voice, speaking.settings):
        try:
            int("nothing")
        except ValueError:
            logging.getLogger("tickwork.server").exception("it %s", "failed", extra={"request": "q1"})
    [told] = said(capsys)
    assert (told["level"], told["event"], told["message"]) == ("error", "log", "it failed")
    assert (told["logger"], told["request"]) == ("tickwork.server", "q1")
    assert told["traceback"].endswith("ValueError: invalid literal for int() with base 10: 'nothing'")
    logging.getLogger("tickwork.server").error("after it")
    assert said(capsys) == [], "the handler is taken away again"
