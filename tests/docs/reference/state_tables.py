"""The table of states, as tables."""

from tests.docs.reference.tables import table
from tickwork.core.sentences import entry_words
from tickwork.core.states import REASONS, TRANSITIONS, State


def reason_table() -> str:
    rows = [
        (f"`{state}`", f"`{reason}`", f"it {entry_words(state, reason)}")
        for state in State
        for reason in sorted(REASONS.get(state, ()))
    ]
    return table(("state", "reason", "in words"), rows)


def transition_table() -> str:
    rows = [
        (f"`{source}`" if source else "(born)", f"`{target}`", ", ".join(f"`{one}`" for one in sorted(reasons)))
        for source, targets in TRANSITIONS.items()
        for target, reasons in targets.items()
    ]
    return table(("from", "to", "with one of these reasons"), rows)
