"""Programs: how they start, what they find, how they end."""

import os
import signal
import stat

import pytest

from tests.worker.processes.watching import ENV, alive, eventually, program, sh
from tickwork.core.states import Reason, State
from tickwork.store.protocol import Stream
from tickwork.worker.processes import Began, Logged, Over


@pytest.mark.parametrize("code", [0, 1, 77, 255])
async def test_the_exit_code_decides(processes, watcher, code):
    await processes.spawn(sh(f"exit {code}"), watcher)
    outcome = (await watcher.over()).outcome
    assert outcome.exit_code == code
    assert outcome.state is (State.SUCCEEDED if code == 0 else State.FAILED)
    assert outcome.reason is (None if code == 0 else Reason.EXIT)


async def test_a_signal_is_named(processes, watcher):
    await processes.spawn(sh("kill -SEGV $$"), watcher)
    outcome = (await watcher.over()).outcome
    assert (outcome.state, outcome.reason) == (State.FAILED, Reason.SIGNAL)
    assert outcome.exit_code == 128 + signal.SIGSEGV
    assert outcome.error == "killed by SIGSEGV"


async def test_events_come_in_order_and_the_end_is_last(processes, watcher):
    await processes.spawn(sh("echo hello"), watcher)
    await watcher.over()
    assert [type(e) for e in watcher.events] == [Began, Logged, Over]


async def test_stdin_is_what_was_given_and_then_ends(processes, watcher):
    given = bytes(range(256)) * 4096
    await processes.spawn(sh("cksum; cat", stdin=given), watcher)
    await watcher.over()
    assert f" {len(given)}\n".encode() in watcher.log()


async def test_without_stdin_there_is_nothing_to_read(processes, watcher):
    await processes.spawn(program("/bin/cat"), watcher)
    assert (await watcher.over()).outcome.state is State.SUCCEEDED


async def test_the_environment_is_exactly_the_given_one(processes, watcher, monkeypatch):
    monkeypatch.setenv("SECRET_OF_THE_SERVER", "42")
    env = {"A": "1", "UMLAUT": "größe", "EMPTY": ""}
    await processes.spawn(program("/usr/bin/env", env=env), watcher)
    await watcher.over()
    assert sorted(watcher.log().decode().splitlines()) == ["A=1", "EMPTY=", "UMLAUT=größe"]


async def test_the_server_s_secrets_are_not_even_in_the_processes_above_the_job(processes, watcher, monkeypatch):
    monkeypatch.setenv("SECRET_OF_THE_SERVER", "42")
    await processes.spawn(sh("cat /proc/$PPID/environ"), watcher)
    await watcher.over()
    assert b"SECRET_OF_THE_SERVER" not in watcher.log()


async def test_a_job_starts_clean(processes, watcher):
    """Own session, default signals, no descriptors of ours, our umask, its folder."""
    old = os.umask(0o027)
    os.umask(old)
    text = "umask; pwd; cut -d' ' -f1,5,6 /proc/$$/stat; ls -x /proc/$$/fd; exec grep Sig[BI] /proc/self/status"
    await processes.spawn(sh(text, cwd="/usr"), watcher)
    began = await watcher.began()
    await watcher.over()
    umask, cwd, ids, fds, blocked, ignored = watcher.log().decode().splitlines()
    assert int(umask, 8) == old
    assert cwd == "/usr"
    assert ids.split() == [str(began.pid)] * 3
    assert fds.split() == ["0", "1", "2"]
    assert int(blocked.split()[1], 16) == 0
    assert int(ignored.split()[1], 16) == 0


async def test_output_need_not_be_text(processes, watcher):
    await processes.spawn(sh(r"printf '\377\000\376'; printf '\200' >&2"), watcher)
    await watcher.over()
    assert watcher.log("run", Stream.STDOUT) == b"\xff\x00\xfe"
    assert watcher.log("run", Stream.STDERR) == b"\x80"


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        (program("no-such-program"), ["no-such-program", "No such file"]),
        (program("/etc/passwd"), ["/etc/passwd", "Permission denied"]),
        (sh("true", cwd="/no/such/folder"), ["/no/such/folder", "working folder"]),
        (program("/bin/echo", "nul\0byte"), ["null byte"]),
        (program("{script}", script=b"#!/no/such/interpreter\n"), ["/no/such/interpreter"]),
    ],
)
async def test_what_cannot_start_says_why_and_never_began(processes, watcher, spec, words):
    await processes.spawn(spec, watcher)
    outcome = (await watcher.over()).outcome
    assert (outcome.state, outcome.reason) == (State.FAILED, Reason.LAUNCH)
    assert all(word in outcome.error for word in words)
    assert watcher.find(Began) == []


async def test_a_script_runs_by_its_shebang_without_an_x_bit(processes, watcher, temp):
    text = '#! /usr/bin/env -S sh -u\r\n# grüße\necho "$1"; ls -l "$0"; ls -ld "$(dirname "$0")"\necho \'ß→\'\n'
    await processes.spawn(program("{script}", "an arg", script=text.replace("\r", "").encode()), watcher)
    assert (await watcher.over()).outcome.state is State.SUCCEEDED
    first, file, folder, last = watcher.log().decode().splitlines()
    assert (first, last) == ("an arg", "ß→")
    assert file.startswith(stat.filemode(stat.S_IFREG | 0o600))
    assert folder.startswith(stat.filemode(stat.S_IFDIR | 0o700))
    assert str(temp) in file
    assert list(temp.iterdir()) == []


async def test_a_script_without_a_shebang_is_for_sh(processes, watcher):
    await processes.spawn(program("{script}", script=b"echo from $0 | cut -c1-4"), watcher)
    await watcher.over()
    assert watcher.log() == b"from\n"


async def test_a_script_may_stand_anywhere_in_the_command_line(processes, watcher):
    await processes.spawn(program("/bin/cat", "{script}", script=b"#!/bin/false\n"), watcher)
    await watcher.over()
    assert watcher.log() == b"#!/bin/false\n"


async def test_the_folder_goes_also_when_the_script_filled_it(processes, watcher, temp):
    await processes.spawn(program("{script}", script=b'cd "$(dirname "$0")"; mkdir a; touch a/b; chmod 500 a'), watcher)
    await watcher.over()
    assert list(temp.iterdir()) == []


async def test_a_child_that_holds_stdout_open_does_not_hold_the_run(processes, watcher):
    await processes.spawn(sh("echo before; sleep 1000 & echo $!"), watcher)
    over = await watcher.over(patience=5)
    assert over.outcome.state is State.SUCCEEDED
    left = int(watcher.log().split()[1])
    assert over.survivors == (left,)
    assert alive(left)
    os.kill(left, signal.SIGKILL)
    await eventually(lambda: not alive(left))


async def test_what_a_job_left_behind_outlives_a_later_kill(processes, watcher):
    await processes.spawn(sh("sleep 1000 & echo $!"), watcher)
    left = (await watcher.over()).survivors[0]
    await processes.spawn(sh("kill -KILL $PPID; sleep 1000", run="doomed"), watcher)
    await watcher.over("doomed")
    assert alive(left)
    os.kill(left, signal.SIGKILL)
    await eventually(lambda: not alive(left))


async def test_many_at_once_each_get_their_own(processes, watcher):
    for n in range(40):
        await processes.spawn(sh(f"echo {n}; exit {n}", run=f"run {n}", env=ENV), watcher)
    for n in range(40):
        assert (await watcher.over(f"run {n}")).outcome.exit_code == n
        assert watcher.log(f"run {n}") == f"{n}\n".encode()
