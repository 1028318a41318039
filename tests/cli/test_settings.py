"""Each setting, by each of those who can say it: flags win over the environment, that over the file, that over what is
built in. What stands in another program's file counts for less than our own."""

from dataclasses import Field, fields
from pathlib import Path
from typing import Any

import click
import pytest

from tests.cli.conftest import Tickwork
from tickwork.cli.app import cli
from tickwork.cli.serving import server_command, up_command, worker_command
from tickwork.config import _LENGTHS, Settings, find, load
from tickwork.config_file import TABLES
from tickwork.core.clock import DAY
from tickwork.errors import InvalidSetting

SETTINGS = list(fields(Settings))
NAMES = [one.name for one in SETTINGS]
_CHOICES = {
    "containment": ("subreaper", "pidns"),
    "log_level": ("error", "debug"),
    "log_format": ("json", "text"),
    "smtp_tls": ("tls", "auto"),
}


def two(setting: Field[Any]) -> tuple[str, str]:
    """Two things that may be said of it, as a file or the environment says them; the first is not what is built in."""
    if setting.name in _CHOICES:
        return _CHOICES[setting.name]
    if setting.name == "port":
        return "8001", "8002"
    if isinstance(setting.default, bool):
        return ("no", "yes") if setting.default else ("yes", "no")
    if isinstance(setting.default, float):
        return "71.5", "72.5"
    if setting.name in _LENGTHS:
        return "41d", "42d"
    return ("41", "42") if isinstance(setting.default, int) else ("this", "that")


def meant(setting: Field[Any], text: str) -> Any:
    if setting.name in _LENGTHS:
        return int(text[:-1]) * DAY
    if isinstance(setting.default, bool):
        return text == "yes"
    if setting.name == "port":
        return int(text)
    return type(setting.default)(text)


def toml(path: Path, name: str, text: str, *, table: str = "") -> str:
    path.write_text(f'{table}\n{name} = "{text}"\n')
    return str(path)


@pytest.mark.parametrize("setting", SETTINGS, ids=NAMES)
def test_a_setting_is_what_the_highest_says(setting: Field[Any], tmp_path: Path) -> None:
    name, variable = setting.name, f"TICKWORK_{setting.name.upper()}"
    this, other = two(setting)
    assert find({})[name].origin == "default"
    assert find({})[name].value == setting.default

    below = find({}, given={name: this})[name]
    assert (below.value, below.origin) == (meant(setting, this), "given")

    file = toml(tmp_path / "this.toml", name, this)
    by_file = find({}, config=file, given={name: other})[name]
    assert (by_file.value, by_file.origin) == (meant(setting, this), file)

    opposite = toml(tmp_path / "other.toml", name, other)
    by_variable = find({variable: this}, config=opposite)[name]
    assert (by_variable.value, by_variable.origin) == (meant(setting, this), variable)

    flag = meant(setting, this)
    by_flag = find({variable: other}, config=opposite, **{name: flag})[name]
    assert (by_flag.value, by_flag.origin) == (flag, "flag")


@pytest.mark.parametrize("setting", SETTINGS, ids=NAMES)
def test_a_table_of_the_file_wins_over_what_stands_above_it(setting: Field[Any], tmp_path: Path) -> None:
    this, other = two(setting)
    if setting.name in TABLES:
        return  # as a word of its own it leaves no room for the table of that name
    path = tmp_path / "tickwork.toml"
    path.write_text(f'{setting.name} = "{other}"\n[server]\n{setting.name} = "{this}"\n')
    assert find({}, config=str(path), tables=("server",))[setting.name].value == meant(setting, this)
    assert find({}, config=str(path), tables=("worker",))[setting.name].value == meant(setting, other)


@pytest.mark.parametrize(
    "setting", [one for one in SETTINGS if not isinstance(one.default, str)], ids=lambda one: one.name
)
def test_a_value_that_cannot_be_is_named_with_who_said_it(setting: Field[Any], tmp_path: Path) -> None:
    variable = f"TICKWORK_{setting.name.upper()}"
    with pytest.raises(InvalidSetting, match=f"^{variable}: .*nonsense"):
        load({variable: "nonsense"})
    file = toml(tmp_path / "t.toml", setting.name, "nonsense")
    with pytest.raises(InvalidSetting, match=f"{setting.name}: .*nonsense") as caught:
        load({}, config=file)
    assert file in str(caught.value)


@pytest.mark.parametrize("name", list(_CHOICES))
def test_a_word_that_is_no_choice_is_refused_with_those_that_are(name: str) -> None:
    with pytest.raises(InvalidSetting, match=f"^{name}: 'nonsense' is not one of "):
        load({f"TICKWORK_{name.upper()}": "nonsense"})


# --- flags of commands ----------------------------------------------------------------------------------


def flags() -> list[tuple[click.Command, click.Option]]:
    commands = (up_command, server_command, worker_command)
    return [
        (command, one)
        for command in commands
        for one in command.params
        if isinstance(one, click.Option) and one.name in NAMES and one.expose_value
    ]


@pytest.mark.parametrize(("command", "flag"), flags(), ids=lambda one: getattr(one, "name", str(one)))
def test_a_flag_is_heard_over_the_environment(command: click.Command, flag: click.Option) -> None:
    setting = next(one for one in SETTINGS if one.name == flag.name)
    this, other = two(setting)
    words = [flag.opts[0]] if flag.is_flag else [flag.opts[0], this]
    if flag.is_flag and setting.default is True:
        words = [flag.secondary_opts[0]]
    with command.make_context(str(command.name), words, **cli.context_settings) as context:
        given = {name: value for name, value in context.params.items() if name in NAMES}
    assert {name for name, value in given.items() if value is not None} == {setting.name}, "the others say nothing"
    found = find({f"TICKWORK_{setting.name.upper()}": other}, **given)[setting.name]
    assert (found.value, found.origin) == (meant(setting, this), "flag")


def test_flags_that_a_command_would_be_given_are_shown_with_their_origin(
    tickwork: Tickwork, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = toml(tmp_path / "t.toml", "pool", "gpu", table="[worker]")
    monkeypatch.setenv("TICKWORK_WORKERS", "3")
    shown = tickwork("config", "show", "--json", "--for", "worker", "--", "--workers", "8", "--config", file).json
    assert shown["workers"] == {"value": 8, "origin": "flag"}
    assert shown["pool"] == {"value": "gpu", "origin": file}
    assert shown["lease"]["origin"] == "default"
    seen = tickwork("config", "show", "--json", "--config", file, "--for", "up").json
    assert (seen["pool"]["value"], seen["workers"]["origin"]) == ("gpu", "TICKWORK_WORKERS")


def test_flags_of_nobody_are_refused(tickwork: Tickwork) -> None:
    answer = tickwork("config", "show", "--", "--workers", "8")
    assert answer.code == 2
    assert "name it by --for" in answer.err
    assert "--wrokers" in tickwork("config", "show", "--for", "up", "--", "--wrokers", "8").err
