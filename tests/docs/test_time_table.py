"""The page about time shows what the scheduler does."""

from tests.docs.pages import block
from tests.docs.time_table import time_table


async def test_the_table_of_clock_changes_is_what_a_simulation_gives():
    """`python -m tests.docs` writes it anew."""
    assert block("time.md", "clock changes") == await time_table()
