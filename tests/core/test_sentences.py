"""Every way in which an entry can end has its words."""

import pytest

from tickwork.core import sentences
from tickwork.core.clock import Instant
from tickwork.core.ids import JobId, RunId
from tickwork.core.model import Origin, Run
from tickwork.core.states import REASONS, Reason, State


def test_every_terminal_state_and_reason_has_words_and_nothing_else_has():
    endings = {(state, reason) for state, reasons in REASONS.items() for reason in reasons}
    assert set(sentences._ENDED) == endings | {(State.SUCCEEDED, None)}


@pytest.mark.parametrize("note", [None, "run abc was not over"])
def test_the_run_that_an_entry_is_about_is_named_once(note):
    run = Run(
        id=RunId("xyz"),
        job=JobId("backup"),
        project="default",
        revision=1,
        origin=Origin.SCHEDULE,
        state=State.SKIPPED,
        reason=Reason.OVERLAP,
        about=RunId("abc"),
        note=note,
        ready_at=Instant(0),
        created=Instant(0),
        slot=Instant(0),
    )
    assert sentences.run_sentence(run, now=Instant(1)).count("abc") == 1
