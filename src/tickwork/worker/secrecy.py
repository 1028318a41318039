"""The secrets of a run, on its worker: given to its processes, and taken out of all that comes back from them."""

from collections.abc import Mapping, Sequence
from functools import lru_cache

from msgspec.structs import replace

from tickwork.core.codec import from_json
from tickwork.core.masking import Masker
from tickwork.core.model import Job, Outcome
from tickwork.core.secret_forms import patterns_of
from tickwork.errors import LaunchFailed
from tickwork.store.protocol import Claim

_PATTERNS_KEPT = 64


def secrets_of(job: Job, claim: Claim) -> dict[str, str]:
    """Their values, by the names of their variables. Raises `LaunchFailed` for one that was not given."""
    if not job.secrets:
        return {}
    given = {} if claim.secrets is None else from_json(claim.secrets, dict[str, str])
    for use in job.secrets:
        if use.env not in given:
            raise LaunchFailed(
                f"secret {use.name} of project {job.project} is not there, or cannot be opened with the secret key of "
                f"who gives it out; `tickwork secret set {use.name} --project {job.project}`"
            )
    return given


def hidden(secrets: Mapping[str, str], claim: Claim) -> tuple[bytes, ...]:
    """All that is taken out of what the run writes: its secrets in every form, and its token."""
    token = () if claim.token is None else (claim.token.encode(),)
    return (*_patterns(frozenset(secrets.values())), *token) if secrets else token


@lru_cache(maxsize=_PATTERNS_KEPT)
def _patterns(values: frozenset[str]) -> tuple[bytes, ...]:
    return patterns_of(values)


def without_secrets(outcome: Outcome, mask: Sequence[bytes]) -> Outcome:
    """How the run ended, in words that may be shown."""
    if not mask or (outcome.error is None and outcome.result is None):
        return outcome
    masker = Masker(mask)
    error = None if outcome.error is None else masker.text(outcome.error)
    result = None if outcome.result is None else masker.json(outcome.result)
    return replace(outcome, error=error, result=result)
