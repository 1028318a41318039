"""What docs/guides/python.md says of the client."""

import re
from pathlib import Path

from tickwork import Client

PAGE = Path(__file__).parents[2] / "docs" / "guides" / "python.md"
SECTION = PAGE.read_text().split("\n## From a distance\n")[1].split("\n## ")[0]


def test_the_verbs_that_the_page_names_are_there():
    client = Client("http://localhost:1")
    named = re.findall(r"\bclient\.(\w+)(?:\.(\w+))?\(", SECTION)
    assert len(named) >= 6
    for group, verb in named:
        assert callable(getattr(getattr(client, group), verb) if verb else getattr(client, group))
    client.close()


def test_the_groups_that_the_page_lists_are_all_of_them():
    client = Client("http://localhost:1")
    listed = re.findall(r"`(\w+)`", SECTION.split("The methods are grouped: ")[1].split(";")[0])
    assert sorted(listed) == sorted(name for name in vars(client) if not name.startswith("_"))
    client.close()
