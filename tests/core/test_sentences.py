"""Every way in which an entry can end has its words."""

from tickwork.core import sentences
from tickwork.core.states import REASONS, State


def test_every_terminal_state_and_reason_has_words_and_nothing_else_has():
    endings = {(state, reason) for state, reasons in REASONS.items() for reason in reasons}
    assert set(sentences._ENDED) == endings | {(State.SUCCEEDED, None)}
