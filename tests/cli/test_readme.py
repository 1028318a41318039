"""What the README tells people to type can be typed."""

import re
import shlex
from pathlib import Path

ROOT = Path(__file__).parents[2]


def tour() -> list[list[str]]:
    """The commands of its second terminal, without those that need a worker."""
    block = (ROOT / "README.md").read_text().split("In a second terminal")[1].split("```sh\n")[1].split("```")[0]
    lines = [shlex.split(line, comments=True) for line in block.splitlines()]
    return [[word for word in line[1:] if word != "--wait"] for line in lines if "kill" not in line]


def test_each_command_of_the_tour_works_on_the_board_of_the_tour(tickwork):
    assert tickwork("apply", str(ROOT / "examples/tickwork.yaml")).code == 0
    commands = tour()
    assert len(commands) > 5
    assert {tuple(command): tickwork(*command).err for command in commands if tickwork(*command).code} == {}


def test_the_board_that_it_shows_is_one(tickwork, tmp_path):
    (board,) = re.findall(r"```yaml\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    (tmp_path / "board.yaml").write_text(board)
    answer = tickwork("apply", "board.yaml")
    assert (answer.code, answer.err) == (0, "")
