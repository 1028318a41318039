"""The supervisor of programs, one after the other.

Most programs end and leave nothing behind. Their supervisor is then as good as a new one, and costs less: no fork of
the launcher, no cell to make. So it rests, until the agent has another program for it or lets it go.
"""

import os
import resource
import signal
from collections.abc import Mapping
from typing import NoReturn

import msgspec

from tickwork.core.model import Outcome, Resources
from tickwork.core.states import Reason
from tickwork.store.protocol import Stream
from tickwork.worker.process import script
from tickwork.worker.process.channel import Kind, StopOrder, frame
from tickwork.worker.process.kernel import die_with_parent
from tickwork.worker.process.outcomes import exited, not_launched, noted, stopped
from tickwork.worker.process.supervisor import Context, Supervisor, pipe
from tickwork.worker.process.terms import agree, judged, limit_cpu
from tickwork.worker.processes import Began, Over, SpawnSpec, Stop

_REPORT_SIZE = 4096
_spec = msgspec.msgpack.Decoder(SpawnSpec)  # made once, in the launcher: it takes longer than a fork
_IGNORED = tuple(number for number in signal.valid_signals() if signal.getsignal(number) is signal.SIG_IGN)
"""Python ignores SIGPIPE, `nohup` SIGHUP, and an exec would leave it so."""


class ProgramSupervisor(Supervisor):
    """Starts what a SPAWN says. It is over with its first program that was stopped, left something or had limits."""

    def __init__(self, *, context: Context) -> None:
        super().__init__(context=context)
        self.spec: SpawnSpec
        self._report: int | None = None
        """The pipe that tells whether the job's exec succeeded, until it has."""
        self._began: Began
        self._told = False
        self._remaining: Resources | None = None
        """The limits that its cell does not keep, once there is one."""

    def heard(self, kind: int, body: bytes) -> None:
        assert kind == Kind.SPAWN
        self.spec = _spec.decode(body)
        if self.clock.monotonic() >= self.page.term_at:  # the agent was frozen while it handed this over
            self.stopping = Stop.LEASE
            self._over(stopped(Stop.LEASE, timeout=None, status=None))
            return
        try:
            self._start()
        except (OSError, ValueError) as error:
            self._over(not_launched(f"cannot start: {error}"))

    def asked_to_stop(self, order: StopOrder) -> None:
        if order.run == self.spec.run and not self._idle:
            self.stop(order.why, self.own_grace() if order.grace is None else order.grace)

    def own_grace(self) -> float:
        return self.spec.grace

    def before_last_output(self) -> None:
        if self._report is not None:
            self._on_launch()

    def ended(self, status: int | None, survivors: tuple[int, ...]) -> None:
        if self.stopping is not None:
            self._over(stopped(self.stopping, timeout=self.spec.timeout, status=status), survivors)
        else:
            assert status is not None
            used = resource.getrusage(resource.RUSAGE_CHILDREN)
            outcome = judged(
                exited(status), self.spec.terms.resources, hit=self.cell.hit(), cpu=used.ru_utime + used.ru_stime
            )
            self._over(outcome, survivors)
            if not survivors and self.spec.terms.resources == Resources():
                self.rest()

    def rest(self) -> None:
        super().rest()
        self._told = False
        self.agent.put(frame(Kind.RESTING))

    def _start(self) -> None:
        spec, argv = self.spec, self.spec.argv
        owner = spec.terms.account
        remaining = self._remaining = self._remaining or self.contain(spec.terms.resources)
        if spec.script is not None:
            argv = script.command_line(argv, spec.script, script.write(self.folder, spec.script, owner=owner))
        self.log.begin(spec.run, spec.max_log_bytes, spec.mask)
        stdin = _filled(spec.stdin)
        (out, their_out), (err, their_err), (self._report, their_report) = pipe(), pipe(), pipe()
        if owner is not None:
            for fd in (their_out, their_err):  # it may open /dev/stdout like any file of its own
                os.fchown(fd, owner.uid, owner.gid)
        now, parent = self.clock.now(), os.getpid()
        pid = os.fork()
        if pid == 0:
            self._become(argv, (stdin, their_out, their_err), their_report, remaining, parent)
        for fd in (stdin, their_out, their_err, their_report):
            os.close(fd)
        self._began = Began(run=spec.run, at=now, pid=self.cell.shown(pid))
        # Exec may hang (a dead network disk), so its success is waited for like everything else.
        os.set_blocking(self._report, False)
        self.poller.watch(self._report, self._on_launch)
        self.read_output(out, Stream.STDOUT)
        self.read_output(err, Stream.STDERR)
        self.supervise(pid)
        if spec.timeout is not None:
            self.timeout_at = self.clock.monotonic() + spec.timeout

    def _become(
        self, argv: tuple[str, ...], stdio: tuple[int, int, int], report: int, remaining: Resources, parent: int
    ) -> NoReturn:
        """In the forked child: become the job, or write why not to `report`."""
        spec = self.spec
        try:
            die_with_parent(parent)
            self.cell.join()
            os.setsid()
            for target, source in enumerate(stdio):
                os.dup2(source, target)
            _reset_signals()
            agree(spec.terms, remaining=remaining)
            limit_cpu(remaining)
            die_with_parent(parent)  # who becomes somebody else is no longer bound to it
            _enter(spec.cwd)
            _execute(argv, spec.env)
        except BaseException as error:  # noqa: BLE001 (whatever it is, this copy of the supervisor must not go on)
            os.write(report, (str(error) or type(error).__name__).encode(errors="replace")[:_REPORT_SIZE])
        os._exit(127)

    def _on_launch(self) -> None:
        """The report pipe is closed by the exec, or tells why there was none."""
        assert self._report is not None
        try:
            error = os.read(self._report, _REPORT_SIZE)
        except BlockingIOError:  # it was stopped on the way, and does not even die
            error = b""
        self.poller.unwatch(self._report)
        os.close(self._report)
        self._report = None
        if error:
            self._over(not_launched(error.decode(errors="replace")))
        else:
            self.send(self._began)

    def _over(self, outcome: Outcome, survivors: tuple[int, ...] = ()) -> None:
        if self._told:
            return
        self._told = self.finished = True
        script.remove(self.folder)
        self.log.end()
        outcome = noted(outcome, survivors, killed=self.stopping is not None)
        now, stop = self.clock.now(), None if outcome.reason is Reason.LAUNCH else self.stopping
        self.send(Over(run=self.spec.run, at=now, outcome=outcome, stop=stop, survivors=survivors))


def _filled(data: bytes) -> int:
    """A descriptor to read `data` from, which never blocks anybody."""
    if not data:
        return os.open("/dev/null", os.O_RDONLY | os.O_CLOEXEC)
    fd = os.memfd_create("stdin", os.MFD_CLOEXEC)
    with open(fd, "wb", closefd=False) as file:
        file.write(data)
    os.lseek(fd, 0, os.SEEK_SET)
    return fd


def _reset_signals() -> None:
    for number in _IGNORED:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())


def _enter(cwd: str) -> None:
    try:
        os.chdir(cwd)
    except OSError as error:
        raise OSError(f"cannot enter the working folder {cwd!r}: {error.strerror}") from None


def _execute(argv: tuple[str, ...], env: Mapping[str, str]) -> NoReturn:
    try:
        os.execvpe(argv[0], argv, env)  # noqa: S606 (that is what a job is)
    except OSError as error:
        raise OSError(f"cannot run {argv[0]!r}: {error.strerror}") from None
