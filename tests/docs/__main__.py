"""Write what is generated into the pages: `python -m tests.docs` from the root of the project."""

import asyncio

from tests.docs.board_keys import board_keys
from tests.docs.command_help import command_help
from tests.docs.pages import write_block
from tests.docs.time_table import time_table

if __name__ == "__main__":
    write_block("time.md", "clock changes", asyncio.run(time_table()))
    write_block("boards.md", "keys", board_keys())
    write_block("cli.md", "commands", command_help())
