"""What a runner gets, and the part of a spec that all programs share."""

from collections.abc import Mapping
from typing import Any, Generic, TypeVar

import msgspec

from tickwork.core.clock import SECOND, Duration
from tickwork.core.codec import from_json
from tickwork.core.model import Job
from tickwork.signing import SigningKey
from tickwork.store.protocol import Claim
from tickwork.worker.processes import SpawnSpec, Terms

T = TypeVar("T")


class Assignment(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """One attempt of one run, ready to become a process."""

    job: Job
    task: T
    claim: Claim
    attempt: int
    base: Mapping[str, str]
    """The minimal environment of every job on this worker."""
    own: dict[str, str]
    """The variables of this attempt."""
    mask: tuple[bytes, ...] = ()
    """Taken out of what it writes."""
    cwd: str
    terms: Terms
    signing: SigningKey
    http_allow: tuple[str, ...] = ()
    """What requests over HTTP may reach beside the public internet."""

    @property
    def env(self) -> dict[str, str]:
        return {**self.base, **self.own}

    def params(self) -> dict[str, Any]:
        """The parameters that the run was given, by name."""
        return {} if self.claim.params is None else from_json(self.claim.params, dict[str, Any])


def program(
    of: Assignment[Any], argv: tuple[str, ...], *, stdin: bytes = b"", script: bytes | None = None
) -> SpawnSpec:
    """The spec of a program with the job's limits."""
    job = of.job
    return SpawnSpec(
        run=of.claim.run.id,
        argv=argv,
        env=of.env,
        cwd=of.cwd,
        stdin=stdin,
        script=script,
        timeout=as_seconds(job.timeout),
        grace=job.grace / SECOND,
        max_log_bytes=job.max_log_bytes,
        mask=of.mask,
        terms=of.terms,
    )


def as_seconds(length: Duration | None) -> float | None:
    return None if length is None else length / SECOND
