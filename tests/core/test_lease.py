"""Whoever holds a lease has killed its jobs before anybody may settle it."""

from hypothesis import given, strategies as st

from tickwork.core.lease import deadlines, may_settle

leases = st.floats(0.5, 3600)
delays = st.floats(0, 1e6)
moments = st.floats(0, 1e9)


@given(lease=leases, sent=moments, travel=delays, deaf=delays, waited=delays)
def test_the_kill_deadline_lies_before_the_earliest_settling(
    lease: float, sent: float, travel: float, deaf: float, waited: float
) -> None:
    # Given a renewal that left at `sent` and was seen by a reaper any time later,
    seen = sent + travel
    # and a reaper that reaches the store since any moment at all,
    reachable_since = sent - 1e6 + deaf

    # when it finds at any time that it may settle,
    now = seen + waited
    if may_settle(seen=seen, now=now, reachable_since=reachable_since, lease=lease):
        # then the holder's jobs were killed before, with a tenth of the lease to spare.
        assert deadlines(sent=sent, lease=lease).kill_at + lease / 10 <= now


@given(lease=leases, sent=moments)
def test_a_holder_renews_several_times_before_it_terminates_and_terminates_before_it_kills(
    lease: float, sent: float
) -> None:
    due = deadlines(sent=sent, lease=lease)

    assert sent < due.renew_at < due.term_at < due.kill_at < sent + lease
    assert due.term_at - sent >= 1.9 * (due.renew_at - sent)


@given(lease=leases, reachable_since=moments, since=delays)
def test_a_reaper_that_was_cut_off_waits_one_whole_lease(lease: float, reachable_since: float, since: float) -> None:
    settles = may_settle(seen=0, now=reachable_since + since, reachable_since=reachable_since, lease=lease)

    assert not settles or (reachable_since + since) - reachable_since >= lease


def test_a_silent_session_can_be_settled_at_last() -> None:
    assert may_settle(seen=100, now=115, reachable_since=0, lease=15)
    assert not may_settle(seen=100, now=114.9, reachable_since=0, lease=15)
