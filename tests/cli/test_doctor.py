"""Each thing that can be wrong with an installation, made wrong: what is found, and what is to be done."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.cli.conftest import Tickwork
from tests.services.postgres import postgres_server, postgres_url  # noqa: F401 (fixtures)
from tests.services.served import served, served_in_a_thread
from tests.services.valkey import redis_url, valkey_url  # noqa: F401 (fixtures)
from tickwork.cli.doctor import disk, machine, stores
from tickwork.cli.doctor.findings import Finding
from tickwork.cli.doctor.stores import apart, other_versions
from tickwork.config import Settings
from tickwork.core.clock import Instant, SystemClock
from tickwork.core.ids import Ids
from tickwork.node import make_store
from tickwork.store.protocol import Session

SECOND = 1_000_000


def found(tickwork: Tickwork, *words: str) -> dict[str, dict[str, str]]:
    return {finding["check"]: finding for finding in tickwork("doctor", "--json", *words).json}


def test_where_all_is_well_nothing_is_to_be_mended_but_the_worker_that_is_not_on(tickwork: Tickwork) -> None:
    tickwork("put", "backup", "console", "hello")
    findings = found(tickwork)
    assert {check for check, finding in findings.items() if finding["state"] != "ok"} <= {"workers", "fsync"}
    assert "a write is on the disk within" in findings["fsync"]["found"]
    assert "MB free at" in findings["spool"]["found"]


def test_the_place_of_the_store_is_told_with_who_names_it(
    tickwork: Tickwork, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "tickwork.toml"
    file.write_text(f'store = "sqlite:///{tmp_path}/written.db"\n')
    monkeypatch.delenv("TICKWORK_STORE", raising=False)
    assert found(tickwork, "--config", str(file))["place"]["found"].endswith(f"written.db ({file})")
    monkeypatch.setenv("TICKWORK_STORE", f"sqlite:///{tmp_path}/said.db")
    assert found(tickwork, "--config", str(file))["place"]["found"].endswith("said.db ($TICKWORK_STORE)")
    flag = f"sqlite:///{tmp_path}/flag.db"
    assert found(tickwork, "--config", str(file), "--store", flag)["place"]["found"] == f"{flag} (--store)"


def test_a_store_that_is_not_there_is_not_made(tickwork: Tickwork, tmp_path: Path) -> None:
    findings = found(tickwork, "--store", f"sqlite:///{tmp_path / 'no' / 'store.db'}")
    assert "is not there yet" in findings["store"]["found"]
    assert not (tmp_path / "no").exists()


def test_a_slip_in_a_variable_is_told_with_what_was_meant(tickwork: Tickwork, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TICKWORK_WORKRES", "8")
    monkeypatch.setenv("TICKWORK_RUN_ID", "r1")  # what a job finds is no slip
    finding = found(tickwork)["variable"]
    assert (finding["state"], finding["found"]) == ("warn", "TICKWORK_WORKRES is no setting")
    assert "did you mean TICKWORK_WORKERS?" in finding["fix"]


def test_a_slip_in_the_file_is_told_with_its_place(tickwork: Tickwork, tmp_path: Path) -> None:
    file = tmp_path / "tickwork.toml"
    file.write_text("[worker]\nworkrs = 8\n")
    answer = tickwork("doctor", "--json", "--config", str(file))
    assert answer.code == 1
    [finding] = [one for one in answer.json if one["state"] == "bad"]
    assert finding["found"] == f"{file}: [worker] workrs is no setting; did you mean workers?"


@pytest.mark.parametrize("setting", ["secret_key_file", "signing_key_file", "key_file", "tls_key"])
def test_a_key_that_others_can_read_is_bad(
    tickwork: Tickwork, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, setting: str
) -> None:
    file = tmp_path / "some.key"
    file.write_text("0" * 64)
    file.chmod(0o640)
    monkeypatch.setenv(f"TICKWORK_{setting.upper()}", str(file))
    finding = found(tickwork)[setting]
    assert (finding["state"], finding["found"]) == ("bad", f"{file} can be read by others (mode 640)")
    assert finding["fix"] == f"run chmod 600 {file}"
    file.chmod(0o600)
    assert setting not in found(tickwork)


def test_a_file_of_settings_that_holds_a_secret_is_guarded_as_a_key_is(tickwork: Tickwork, tmp_path: Path) -> None:
    file = tmp_path / "tickwork.toml"
    file.write_text("workers = 3\n")
    file.chmod(0o644)
    assert "can be read by others" not in json.dumps(found(tickwork, "--config", str(file)))
    file.write_text('[server]\nsmtp_password = "hush"\n')
    finding = found(tickwork, "--config", str(file))[f"{file} (smtp_password)"]
    assert (finding["state"], finding["fix"]) == ("bad", f"run chmod 600 {file}")


def test_a_key_of_somebody_else_is_told(tickwork: Tickwork, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "some.key"
    file.touch(mode=0o600)
    monkeypatch.setenv("TICKWORK_SIGNING_KEY_FILE", str(file))
    monkeypatch.setattr("tickwork.cli.doctor.configuration.os.geteuid", lambda: 4321)
    finding = found(tickwork)["signing_key_file"]
    assert finding["state"] == "warn"
    assert "belongs to" in finding["found"]


@pytest.mark.parametrize("name", ["tls_cert", "smtp_ca"])
def test_a_certificate_that_is_not_there_is_bad(tickwork: Tickwork, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(f"TICKWORK_{name.upper()}", "/no/such/cert.pem")
    finding = found(tickwork)[name]
    assert (finding["state"], finding["found"]) == ("bad", "/no/such/cert.pem is not there")


# --- the disk -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("free", "files", "states"),
    [(10**12, 10**6, ["ok"]), (10**6, 10**6, ["warn"]), (10**12, 3, ["ok", "warn"])],
)
def test_a_disk_may_be_short_of_bytes_or_of_files(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, free: int, files: int, states: list[str]
) -> None:
    monkeypatch.setattr(disk.shutil, "disk_usage", lambda _: SimpleNamespace(free=free))
    monkeypatch.setattr(disk.os, "statvfs", lambda _: SimpleNamespace(f_files=10**6, f_favail=files))
    findings = list(disk._place("disk", tmp_path, fix="make room"))
    assert [finding.state for finding in findings] == states
    assert all(finding.fix and "make room" in finding.fix for finding in findings if finding.state == "warn")


def test_a_disk_on_which_a_commit_would_wait_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(disk, "_sync", lambda _: 0.2)
    [finding] = disk._speed(tmp_path)
    assert (finding.state, finding.found) == ("warn", "a write is on the disk within 200.0 ms")


# --- clocks and zones -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("offset", "state", "words"),
    [
        (0, "ok", "0.000 s"),
        (0.9, "ok", "0.900 s behind"),
        (-4, "warn", "4.000 s ahead of"),
        (60, "bad", "60.000 s behind"),
    ],
)
def test_clocks_that_are_apart_are_told_with_which_is_behind(offset: float, state: str, words: str) -> None:
    asked = Instant(10**15)
    theirs = Instant(asked + round((offset + 0.01) * SECOND))
    finding = apart(theirs, asked=asked, answered=Instant(asked + 20_000), whose="the store's server")
    assert finding.state == state
    assert words in finding.found


@pytest.mark.parametrize("kind", ["postgres_url", "redis_url"])
def test_the_clock_of_a_store_with_a_server_is_compared(
    tickwork: Tickwork, request: pytest.FixtureRequest, kind: str
) -> None:
    finding = found(tickwork, "--store", request.getfixturevalue(kind))["clocks"]
    assert finding["state"] == "ok"
    assert "that of the store's server" in finding["found"]


@pytest.mark.parametrize(
    ("release", "old"), [("2026b", False), ("2025.2", False), ("2024a", True), ("2019.3", True), (None, False)]
)
def test_time_zones_get_old(release: str | None, old: bool) -> None:
    assert machine.is_old(release, datetime(2026, 11, 26, tzinfo=UTC)) is old


def test_old_zones_of_the_system_are_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "tzdata.zi").write_text("# version 2018e\n# more\n")
    monkeypatch.setattr(machine.zoneinfo, "TZPATH", (str(tmp_path),))
    first = next(machine.zones())
    assert first.state == "warn"
    assert "(2018e)" in first.found
    assert "the system's package tzdata" in (first.fix or "")


# --- versions, and a server in the store's place --------------------------------------------------------


def session(of: str) -> Session:
    now = SystemClock().now()
    return Session(
        id="s",
        worker="box",
        pools=("default",),
        concurrency=1,
        lease=15,
        version=of,
        containment="none",
        host="h",
        pid=1,
        opened=now,
        seen=now,
    )


def test_workers_of_other_versions_are_told_and_one_that_is_too_far_is_bad() -> None:
    findings = list(other_versions([session(v) for v in ("0.4.1", "0.4.0", "0.3.0", "0.1.0")], ours="0.4.1"))
    assert [finding.state for finding in findings] == ["warn", "warn", "bad"]
    assert findings[2].found == "worker box is tickwork 0.1.0, this is 0.4.1"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with served_in_a_thread("memory://") as there:
        yield there.url


def test_a_worker_asks_its_server_and_looks_at_no_store(
    tickwork: Tickwork, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TICKWORK_SERVER", server)
    monkeypatch.delenv("TICKWORK_STORE")
    answer = tickwork("doctor", "--json")
    findings = {finding["check"]: finding for finding in answer.json}
    assert "place" not in findings
    assert findings["server"]["state"] == "bad", "without a key it is let in nowhere"
    assert "sign in first" in findings["server"]["found"]


async def test_a_server_that_knows_the_key_is_told_with_its_version_and_its_clock() -> None:
    clock = SystemClock()
    store = make_store("memory://", clock=clock)
    await store.open()
    async with served(store, clock=clock, ids=Ids(clock=clock)) as there:
        _key, secret = await there.key("default")
        findings = await stores._ask(Settings(store="memory://", server=there.url, key=secret))
    await store.close()
    assert [(finding.check, finding.state) for finding in findings] == [("server", "ok"), ("clocks", "ok")]
    assert f"is tickwork {version('tickwork')} on memory" in findings[0].found
    assert "that of the server" in findings[1].found


def test_a_server_that_is_away_is_bad(tickwork: Tickwork, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TICKWORK_SERVER", "http://127.0.0.1:9")
    monkeypatch.delenv("TICKWORK_STORE")
    answer = tickwork("doctor", "--json")
    [finding] = [Finding(**one) for one in answer.json if one["check"] == "server"]
    assert (answer.code, finding.state) == (1, "bad")
    assert finding.fix is not None
    assert "look whether it runs" in finding.fix
