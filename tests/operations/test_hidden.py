"""What is told of a run past its worker is without the secrets of its job, as its log is."""

import base64

import msgspec
import pytest

from tests.house import House, every, job
from tickwork.core.model import Elsewhere, Job, SecretUse
from tickwork.core.progress import Bar
from tickwork.errors import Conflict
from tickwork.operations.checkins import Word
from tickwork.operations.shadow import Teller

SECRET = "hunter22-of-the-database"
GIVEN = (SecretUse(name="DB", env="DB_PASSWORD"),)


async def a_job(house: House, *, elsewhere: bool = False) -> Job:
    await house.ops.secrets.set("default", "DB", SECRET)
    saved = job("backup", every(3600))
    fields = {"task": Elsewhere(where="db1")} if elsewhere else {"secrets": GIVEN}
    saved = msgspec.structs.replace(saved, **fields)
    await house.ops.jobs.save(saved)
    return saved


async def logged(house: House, run: str) -> bytes:
    return b"".join(chunk.data for chunk in await house.store.read_log(run))


async def test_output_that_comes_by_a_url_is_masked(house: House):
    await a_job(house, elsewhere=True)
    token = await house.ops.checkins.make("backup")
    encoded = base64.b64encode(SECRET.encode())
    output = b"signing in with " + SECRET.encode() + b"\nAuthorization: Basic " + encoded + b"\n"
    await house.ops.checkins.take(token, Word(exit_code=None, output=output, host="db1"))
    told = await house.ops.checkins.take(token, Word(exit_code=3, output=output, host="db1"))
    shown = b"signing in with [masked]\nAuthorization: Basic [masked]\n"
    assert await logged(house, told.run) == shown + shown


async def test_a_secret_is_masked_before_its_output_is_cut_to_what_the_job_keeps(house: House):
    saved = await a_job(house, elsewhere=True)
    await house.ops.jobs.save(msgspec.structs.replace(saved, max_log_bytes=1100))
    token = await house.ops.checkins.make("backup")
    output = b"." * 210 + SECRET.encode() + b"." * 3000
    told = await house.ops.checkins.take(token, Word(exit_code=0, output=output, host="db1"))
    assert SECRET[:10].encode() not in await logged(house, told.run)


async def test_why_a_wrapped_command_could_not_be_started_is_masked(house: House):
    await a_job(house)
    shadowed = await house.ops.shadow.begin("backup", by=Teller(host="db1"))
    assert SECRET.encode() in shadowed.mask
    await house.ops.shadow.end(shadowed, exit_code=None, error=f"{SECRET}: No such file or directory")
    [run] = await house.runs()
    assert run.note == "[masked]: No such file or directory"
    assert (await house.ops.runs.detail(run.id)).error == run.note


async def test_progress_that_a_run_tells_itself_is_masked(house: House):
    await a_job(house)
    await house.ops.runs.run("backup")
    [claim] = await house.claim(await house.session())
    with pytest.raises(Conflict, match="does not run"):
        await house.ops.runs.progress(claim.run, [Bar(current=1, total=2)])
    await house.start(claim)
    saved = await a_job(house)
    await house.ops.jobs.save(msgspec.structs.replace(saved, secrets=()))  # it was given them before
    [run] = await house.runs()
    bar = Bar(group=("tables", SECRET), current=1, total=2, status=f"copying from db?password={SECRET}")
    await house.ops.runs.progress(run, [bar])
    [row] = await house.store.read_progress(run.id)
    assert (row.bar.group, row.bar.status) == (("tables", "[masked]"), "copying from db?password=[masked]")


async def test_progress_of_a_run_whose_claim_is_lost_is_refused(house: House):
    await a_job(house)
    await house.ops.runs.run("backup")
    [claim] = await house.claim(await house.session())
    await house.start(claim)
    [run] = await house.runs()
    stale = msgspec.structs.replace(run, fence=msgspec.structs.replace(run.fence, n=run.fence.n - 1))
    with pytest.raises(Conflict, match="held by nobody any more, or by another"):
        await house.ops.runs.progress(stale, [Bar(current=1, total=2)])
