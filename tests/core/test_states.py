"""The one table of states, walked."""

from itertools import product

from tickwork.core.states import HELD, LIVE, REASONS, TERMINAL, TRANSITIONS, Reason, State, is_legal


def test_terminal_states_have_no_way_out_and_all_others_have_one() -> None:
    assert set(TRANSITIONS) == {None} | LIVE


def test_every_state_can_be_reached_from_birth() -> None:
    reached: set[State] = set()
    ahead: list[State | None] = [None]
    while ahead:
        for target in TRANSITIONS.get(ahead.pop(), {}):
            if target not in reached:
                reached.add(target)
                ahead.append(target)

    assert reached == set(State)


def test_every_live_state_has_a_way_to_the_end() -> None:
    ending = set(TERMINAL)
    for _ in State:
        ending |= {source for source in LIVE if ending & set(TRANSITIONS[source])}

    assert ending == set(State)


def test_every_reason_of_a_state_can_be_written_into_it() -> None:
    written: dict[State, set[Reason]] = {}
    for targets in TRANSITIONS.values():
        for target, reasons in targets.items():
            written.setdefault(target, set()).update(reasons)

    assert {state: reasons for state, reasons in written.items() if reasons} == REASONS
    assert set().union(*REASONS.values()) == set(Reason)


def test_success_and_states_on_the_way_carry_no_reason() -> None:
    for targets in TRANSITIONS.values():
        for target, reasons in targets.items():
            assert bool(reasons) == (target in REASONS)


def test_is_legal_says_what_the_table_says() -> None:
    for source, target, reason in product([None, *State], State, [None, *Reason]):
        allowed = TRANSITIONS.get(source, {}).get(target)
        expected = allowed is not None and (reason in allowed or (reason is None and not allowed))
        assert is_legal(source, target, reason) == expected, (source, target, reason)


def test_states_are_live_or_terminal_and_held_ones_are_live() -> None:
    assert LIVE.isdisjoint(TERMINAL)
    assert set(State) == LIVE | TERMINAL
    assert HELD < LIVE


def test_a_held_run_can_be_lost_cancelled_and_given_back() -> None:
    for state in HELD:
        assert is_legal(state, State.FAILED, Reason.LOST)
        assert is_legal(state, State.CANCELLED, Reason.USER)
        assert is_legal(state, State.QUEUED, None)
