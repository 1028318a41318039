"""The examples of docs/python.md run, and print what the page says."""

import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "python.md"
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```\n", re.MULTILINE | re.DOTALL)
PATIENCE = 120


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With every file of the page."""
    made = tmp_path_factory.mktemp("python_md")
    for name, text in files():
        (made / name).write_text(text)
    return made


def files() -> list[tuple[str, str]]:
    """Blocks of Python begin with the name of their file."""
    blocks = [text for language, text in BLOCK.findall(PAGE.read_text()) if language == "python"]
    return [(re.match(r"# (\S+\.py)\n", text)[1], text) for text in blocks]


def printed() -> dict[str, str]:
    """What the scripts print stands behind them."""
    blocks = BLOCK.findall(PAGE.read_text())
    return {
        re.match(r"# (\S+\.py)\n", text)[1]: after
        for (language, text), (kind, after) in pairwise(blocks)
        if (language, kind) == ("python", "text")
    }


@pytest.mark.parametrize(("name", "expected"), printed().items())
def test_a_script_prints_what_the_page_says(folder, name, expected):
    done = subprocess.run([sys.executable, name], cwd=folder, capture_output=True, text=True, timeout=PATIENCE)
    assert (done.stdout, done.stderr) == (expected, "")


def test_the_tests_of_the_page_pass(folder):
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_shop.py"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 0, done.stdout


def test_each_block_of_python_is_run_somewhere():
    names = [name for name, _ in files()]
    assert set(names) == {"shop.py", "test_shop.py", *printed()}
