"""The page about the command line has the help of every command."""

from tests.docs.command_help import command_help
from tests.docs.pages import block


def test_the_page_is_what_the_commands_say():
    """`python -m tests.docs` writes it anew."""
    assert block("cli.md", "commands") == command_help()
