"""What is taken out of words about a run that come past its worker: by a URL, by `wrap`, or from the run itself at the
server. (What its worker tells has been through its supervisor, which does the same.)"""

from tickwork.core.model import Job, Run
from tickwork.core.secret_forms import patterns_of
from tickwork.operations.context import Context
from tickwork.operations.jobs import decode_job
from tickwork.operations.run_tokens import run_token
from tickwork.operations.secrets import Vault
from tickwork.store.protocol import Kind


async def hidden_elsewhere(context: Context, project: str) -> tuple[bytes, ...]:
    """All secrets of the project in every form, as far as this process' key opens them: who knows what is given there
    to a program that nobody starts here."""
    return patterns_of(await _vault(context).values(project))


async def hidden_of(context: Context, run: Run) -> tuple[bytes, ...]:
    """The secrets of the job as this run knows it, and the run's token."""
    job = await _defined(context, run)
    given = {} if job is None or not job.secrets else await _vault(context).variables(job)
    token = () if run.fence is None else (run_token(run.id, run.fence, context.keyring).encode(),)
    return (*patterns_of(given.values()), *token)


def _vault(context: Context) -> Vault:
    return Vault(store=context.store, keyring=context.keyring)


async def _defined(context: Context, run: Run) -> Job | None:
    document = await context.store.get(Kind.JOB, run.job, run.revision)
    return None if document is None or document.body is None else decode_job(document)
