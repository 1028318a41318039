"""Secrets reach the job, and nothing that it says of them reaches anybody else. The whole worker, real processes."""

import base64
import json
import os
from pathlib import Path
from urllib.parse import quote

import pytest
from msgspec.structs import replace

from tests.worker.agent.fakes import Bench, CutLink, shell, until
from tickwork.core.ids import JobId, RunId
from tickwork.core.model import SYSTEM, Call, Job, Mode, SecretUse, Shell
from tickwork.core.states import Reason, State
from tickwork.keyring import Keyring
from tickwork.operations import Operations
from tickwork.store.protocol import Stream
from tickwork.worker.process.launching import LocalProcesses
from tickwork.worker.store_link import StoreLink

VALUE = 'hunter/22 "ß"'
SHAPES = [
    VALUE,
    base64.b64encode(VALUE.encode()).decode(),
    quote(VALUE, safe=""),
    json.dumps(VALUE)[1:-1],
    repr(VALUE)[1:-1],
]
USE = (SecretUse(name="DB", env="PW"),)
CODE = """
import json, logging, sys, time
from tickwork import current_run

def work():
    secret = current_run().env["PW"]
    logging.getLogger("shop").warning("got %s and %s", secret, json.dumps({"a": secret}))
    print(secret[:5], end="", flush=True)
    time.sleep(0.3)
    print(secret[5:], flush=True)
    return {"secret": secret, secret: [json.dumps(secret)]}

def fail():
    secret = current_run().env["PW"]
    raise ValueError(f"refused: {secret}" + "x" * 70000 + secret)
"""


@pytest.fixture
def code(tmp_path: Path) -> str:
    (tmp_path / "leaky.py").write_text(CODE)
    return str(tmp_path)


@pytest.fixture
def keyring() -> Keyring:
    return Keyring(texts=["a key"])


@pytest.fixture
async def ops(bench: Bench, keyring: Keyring) -> Operations:
    """Also lets the worker's link open what is sealed."""
    link = StoreLink(store=bench.store, clock=bench.clock, ids=bench.ids, telemetry=bench.telemetry, keyring=keyring)
    bench.link = CutLink(link)
    ops = Operations(store=bench.store, clock=bench.clock, ids=bench.ids, actor=SYSTEM, keyring=keyring)
    await ops.secrets.set("default", "DB", VALUE)
    return ops


async def seen(bench: Bench, run: RunId) -> str:
    """All that the store knows of the run."""
    chunks = await bench.store.read_log(run)
    detail = await bench.store.run(run)
    attempts = await bench.store.attempts(run)
    assert detail is not None
    said = b"".join(chunk.data for chunk in chunks if chunk.stream is Stream.STDOUT)
    rest = b"".join(chunk.data for chunk in chunks)
    return "\n".join(
        [said.decode(errors="replace"), rest.decode(errors="replace"), repr(detail), detail.error or "", repr(attempts)]
    )


def assert_hidden(text: str) -> None:
    for shape in SHAPES:
        assert shape not in text
    assert "[masked]" in text


async def ended(bench: Bench, job: Job):
    [run] = await bench.queue(job)
    agent = bench.worker(LocalProcesses(clock=bench.clock))
    entry = await bench.ended(run)
    agent.stop()
    await bench.stopped(agent)
    return entry, await seen(bench, run)


async def test_a_program_gets_its_secrets_and_no_form_of_them_is_in_its_log(bench: Bench, ops: Operations) -> None:
    command = (
        'test "$PW" = \'hunter/22 "ß"\' || exit 9; echo "plain $PW"; printf %s "$PW" | base64; '
        'printf %s "${PW%??????}"; sleep 0.3; printf %s "${PW#???????}"; echo "err $PW" >&2'
    )
    job = replace(shell(), task=Shell(command=command), secrets=USE)
    entry, text = await ended(bench, job)
    assert entry.state is State.SUCCEEDED
    assert_hidden(text)


async def test_what_may_be_the_beginning_of_a_secret_is_shown_at_the_end(bench: Bench, ops: Operations) -> None:
    _, text = await ended(bench, replace(shell(), task=Shell(command="printf hunter/"), secrets=USE))
    assert text.startswith("hunter/\n")


@pytest.mark.parametrize("mode", [Mode.PROCESS, Mode.THREAD])
async def test_a_call_gets_its_secrets_and_keeps_them(bench: Bench, ops: Operations, code: str, mode: Mode) -> None:
    task = Call(target="leaky:work", path=code, mode=mode)
    entry, text = await ended(bench, Job(id=JobId("py"), name="py", task=task, secrets=USE))
    assert entry.state is State.SUCCEEDED, text
    assert_hidden(text)
    detail = await bench.store.run(entry.id)
    assert detail is not None
    assert json.loads(detail.result or b"") == {"secret": "[masked]", "[masked]": ['"[masked]"']}


async def test_neither_traceback_nor_frames_show_a_secret_also_where_they_are_cut(
    bench: Bench, ops: Operations, code: str
) -> None:
    task = Call(target="leaky:fail", path=code)
    entry, text = await ended(bench, Job(id=JobId("py"), name="py", task=task, secrets=USE))
    assert (entry.state, entry.reason) == (State.FAILED, Reason.EXCEPTION)
    assert_hidden(text)
    assert "left out" in text


async def test_without_one_of_its_secrets_a_run_does_not_begin(bench: Bench, ops: Operations) -> None:
    job = replace(shell(), secrets=(*USE, SecretUse(name="NONE", env="NONE")))
    entry, text = await ended(bench, job)
    assert (entry.state, entry.reason) == (State.FAILED, Reason.LAUNCH)
    assert "secret NONE of project default is not there" in text


async def test_a_run_shows_by_its_token_that_it_is_itself_and_does_not_print_it(
    bench: Bench, ops: Operations, tmp_path: Path
) -> None:
    kept = tmp_path / "token"
    command = f"echo it is $TICKWORK_TOKEN; echo $TICKWORK_TOKEN > {kept}.new; mv {kept}.new {kept}; cat {tmp_path}/go"
    fifo = tmp_path / "go"
    os.mkfifo(fifo)
    [run] = await bench.queue(replace(shell(), task=Shell(command=command)))
    agent = bench.worker(LocalProcesses(clock=bench.clock))
    await bench.run_in(State.RUNNING, run)
    await until(kept.exists)
    token = kept.read_text().strip()
    who = ops.people.principals.of_token
    assert (await who(token, where="")).run == run
    fifo.write_text("")
    await bench.ended(run)
    assert await who(token, where="") is None
    agent.stop()
    await bench.stopped(agent)
    assert token not in await seen(bench, run)
    assert "it is [masked]" in await seen(bench, run)


async def test_without_a_keyring_there_are_neither_secrets_nor_tokens(bench: Bench) -> None:
    command = 'echo "token: ${TICKWORK_TOKEN-none}"'
    _, text = await ended(bench, replace(shell(), task=Shell(command=command)))
    assert "token: none" in text
