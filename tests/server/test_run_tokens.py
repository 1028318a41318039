"""What a job may do at the server with what it finds in its environment: with just curl, about its own run only."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from tests.cli.test_up import PATIENCE, Process

TICKWORK = str(Path(sys.executable).with_name("tickwork"))
SCRIPT = r"""
api=$TICKWORK_URL/api/v1
asked() {
  name=$1; shift
  echo "$name $(curl -sS -o "$name.json" -w '%{http_code}' -H "Authorization: Bearer $TICKWORK_TOKEN" "$@")"
}
mine=$api/runs/$TICKWORK_RUN_ID other=$api/runs/$(cat other)
bars='{"bars": [{"group": ["tables"], "current": 3, "total": 7, "status": "orders"}]}'
json='Content-Type: application/json'
asked told -X PUT -H "$json" -d "$bars" "$mine/progress"
asked run "$mine"
asked progress "$mine/progress"
asked result "$mine/result"
asked log "$mine/log?format=text"
asked of-another "$other"
asked progress-of-another -X PUT -H "$json" -d "$bars" "$other/progress"
asked all "$api/runs"
asked jobs "$api/jobs"
asked self "$api/me"
asked kill -X POST "$mine/cancel"
asked again -X POST "$api/jobs/$TICKWORK_JOB/run"
asked defined -X POST -H "$json" -d '{"name": "x", "definition": {"shell": "true"}}' "$api/jobs"
echo "as-a-cookie $(curl -sS -o cookie.json -w '%{http_code}' -H "Cookie: tickwork_session=$TICKWORK_TOKEN" "$mine")"
echo "$TICKWORK_TOKEN $mine" > token
"""
ITS_OWN = {"told": 204, **dict.fromkeys(("run", "progress", "result", "log"), 200)}
OTHERS = {
    **dict.fromkeys(("of-another", "progress-of-another", "kill", "again"), 404),
    **dict.fromkeys(("all", "jobs", "self", "defined"), 403),
    "as-a-cookie": 401,
}


@pytest.fixture
def up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Process]:
    monkeypatch.setenv("TICKWORK_STORE", f"sqlite:///{tmp_path / 't.db'}")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "script.sh").write_text(SCRIPT)
    (tmp_path / "board.yaml").write_text(
        "jobs:\n  other: {shell: 'true'}\n  probe: {shell: sh script.sh, timeout: 50s}\n"
    )
    process = Process("up", "board.yaml", "--port", "0", "--workers", "1")
    try:
        process.until("^ready")
        yield process
    finally:
        process.close()


def _run(job: str) -> dict:
    done = subprocess.run(
        [TICKWORK, "run", job, "--wait", "--json"], capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


def test_a_job_tells_and_reads_its_own_run_with_curl_and_nothing_else(up: Process, tmp_path: Path) -> None:
    other = _run("other")
    (tmp_path / "other").write_text(other.get("id") or other["run"]["id"])
    _run("probe")
    answers = dict(line.split() for line in _log("probe", tmp_path).splitlines())
    assert {name: int(status) for name, status in answers.items()} == ITS_OWN | OTHERS

    progress = json.loads((tmp_path / "progress.json").read_text())
    assert [(bar["group"], bar["current"], bar["total"]) for bar in progress["children"]] == [(["tables"], 3, 7)]
    assert json.loads((tmp_path / "run.json").read_text())["run"]["state"] == "running"
    token, url = (tmp_path / "token").read_text().split()
    late = httpx2.get(url, headers={"authorization": f"Bearer {token}"})
    assert late.status_code == 401, "the token ends with its run"


def _log(job: str, folder: Path) -> str:
    told = subprocess.run(
        [TICKWORK, "logs", job],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
        cwd=folder,
        env=os.environ,
    )
    return told.stdout
