"""Follow the tutorial as somebody does who has nothing but Git and Python: `python -m tests.docs.newcomer`.

The tests run its blocks with what they have installed themselves. Here the block that installs is run, too, as it is
written, in a fresh clone of what is committed and without any of our variables. It takes the network, and a minute.
"""

import os
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from tests.docs.blocks import blocks
from tests.docs.pages import DOCS
from tests.docs.terminal import Terminal
from tests.docs.test_pages import TYPED, follow

PAGE: Final = "tutorial.md"
_OF_A_NEWCOMER: Final = {"PATH", "HOME", "LANG", "TERM"}


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="tickwork-newcomer-") as folder:
        clone, desk = Path(folder, "tickwork"), Path(folder, "desk")
        desk.mkdir()
        subprocess.run(["git", "clone", "--quiet", DOCS.parent, clone], check=True)
        install(clone)
        with Terminal(desk, programs=clone / ".venv" / "bin") as terminal:
            for block in blocks((clone / "docs" / PAGE).read_text()):
                if block.kind in TYPED:
                    follow(terminal, block, PAGE)
    print(f"{PAGE} was followed in a fresh clone, and ended where it says")  # noqa: T201 (a program)


def install(clone: Path) -> None:
    """By the one block that the other tests leave out."""
    [block] = [block for block in blocks((clone / "docs" / PAGE).read_text()) if block.kind == "not run"]
    bare = {name: value for name, value in os.environ.items() if name in _OF_A_NEWCOMER}
    bare["PATH"] = os.pathsep.join(place for place in os.get_exec_path() if not Path(place, "tickwork").exists())
    subprocess.run(["bash", "-euc", block.text], cwd=clone, env=bare, check=True)


if __name__ == "__main__":
    main()
