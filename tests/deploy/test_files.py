"""The files of deploy/: each is what its program reads, and says nothing that Tickwork does not know."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import click
import pytest
import yaml

from tickwork.cli.app import cli
from tickwork.config import Settings, find
from tickwork.server.permissions import RULES

DEPLOY = Path(__file__).parents[2] / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
TICKWORK = str(Path(sys.executable).with_name("tickwork"))


def unit(path: Path) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for line in path.read_text().splitlines():
        if "=" in line and not line.startswith("#"):
            name, _, value = line.partition("=")
            values.setdefault(name, []).append(value)
    return values


def understood(words: list[str]) -> None:
    """A command line of ours: the command is there, and takes these options."""
    command: click.Command | None = cli
    context = click.Context(cli)
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        command = command.get_command(context, words.pop(0))
    assert command is not None
    taken = {flag for one in command.params if isinstance(one, click.Option) for flag in one.opts}
    assert {word for word in words if word.startswith("--")} <= taken


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_starts_what_there_is_with_settings_that_there_are(path: Path) -> None:
    said = unit(path)
    [start] = said["ExecStart"]
    program, *words = start.split()
    assert program == "/opt/tickwork/bin/tickwork"
    understood(words)
    variables = {value.partition("=")[0] for value in said["Environment"]} - {"TICKWORK_CONFIG"}
    assert variables <= {f"TICKWORK_{name.upper()}" for name in find({})}


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_waits_longer_than_the_program_does_and_lets_it_drain(path: Path) -> None:
    said = unit(path)
    assert said["KillMode"] == ["mixed"]
    least = Settings().grace if "worker" in path.name else 5.0
    assert float(said["TimeoutStopSec"][0]) > least
    assert said["NoNewPrivileges"] == ["yes"]


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_systemd_finds_no_fault_with_a_unit(path: Path, tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:  # the other tests have read it; a machine without systemd has nobody to ask
        return
    text = path.read_text().replace("/opt/tickwork/bin/tickwork", TICKWORK).replace("User=tickwork", "User=root")
    copy = tmp_path / path.name.replace("@", "@root")
    copy.write_text(text.replace("Group=tickwork\n", ""))
    found = subprocess.run([analyze, "verify", copy], capture_output=True, text=True, timeout=60, check=False)
    complaints = [line for line in found.stderr.splitlines() if path.name.partition(".")[0].rstrip("@") in line]
    assert [line for line in complaints if "DelegateSubgroup" not in line] == [], (
        "before 254 it says that it ignores it"
    )


def test_a_worker_is_not_in_the_group_below_which_it_makes_those_of_runs() -> None:
    """Else no controller keeps the limits of a run."""
    said = unit(DEPLOY / "systemd" / "tickwork-worker@.service")
    assert (said["Delegate"], said["DelegateSubgroup"]) == (["yes"], ["worker"])
    assert "ProtectControlGroups" not in said


def test_the_image_runs_as_nobody_special_and_asks_whether_it_is_well() -> None:
    text = (DEPLOY / "Containerfile").read_text()
    lines = text.splitlines()
    assert "USER tickwork" in lines
    assert lines.index("USER tickwork") < next(n for n, line in enumerate(lines) if line.startswith("ENTRYPOINT"))
    assert "/api/v1/health/ready" in text
    assert "get_ready" in RULES
    [start] = re.findall(r"^CMD \[(.*)\]$", text, re.MULTILINE)
    understood([word.strip(' "') for word in start.split(",")])


def test_an_image_is_built_from_what_it_needs_and_from_no_secret() -> None:
    """What is not let in by a line with `!` stays outside: environments, keys in deploy/.env, what was built before."""
    lines = [line for line in (DEPLOY.parent / ".dockerignore").read_text().splitlines() if line[:1] not in {"", "#"}]
    assert lines[0] == "*"
    let_in = {line[1:] for line in lines if line.startswith("!")}
    declared = tomllib.loads((DEPLOY.parent / "pyproject.toml").read_text())
    needed = {
        declared["project"]["readme"],
        *declared["project"]["license-files"],
        *declared["build-system"]["backend-path"],
    }
    assert {"src", "pyproject.toml", "constraints.txt"} | needed <= let_in
    assert not let_in & {"deploy", ".", ".git", "tests"}


def test_the_composition_names_only_what_there_is() -> None:
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    assert set(services) == {"database", "server", "enroll", "worker"}
    understood(list(services["worker"]["command"]))
    understood([*services["enroll"]["entrypoint"][1:], *services["enroll"]["command"][:1]])
    known = {f"TICKWORK_{name.upper()}" for name in find({})}
    for service in services.values():
        variables = {name for name in service["environment"] if name.startswith("TICKWORK_")}
        assert variables <= known


@pytest.mark.parametrize("name", ["nginx.conf", "Caddyfile"])
def test_a_proxy_waits_longer_than_workers_do(name: str) -> None:
    text = (DEPLOY / "proxies" / name).read_text()
    assert text.count("{") == text.count("}")
    [seconds] = re.findall(r"(?:proxy_read_timeout|response_header_timeout) (\d+)s", text)
    assert int(seconds) > 30 + 10, "the longest poll, and what its answer may take"
