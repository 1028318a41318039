"""The OpenAPI document against a server that runs: Schemathesis asks for what it allows and for what it forbids.

No answer is a 5xx, nothing that is protected is answered without a key, and nothing differs from what is documented.
"""

import asyncio
import os
import re
import sys
from pathlib import Path

import pytest

from tests.server.running import Running, a_running_server, populate

HERE = Path(__file__).parent
FEWEST_CASES = 2000
OF_SESSIONS = (
    *("create_key", "set_my_password", "list_my_sessions"),
    *("end_my_session", "end_my_sessions", "sign_out"),
)
"""What only who is signed in may do: each is asked by somebody of its own, whose session it may end."""


@pytest.mark.timeout(600)
async def test_the_server_is_what_its_document_says(tmp_path: Path) -> None:
    async with a_running_server(tmp_path) as running:
        await populate(running)
        told = [
            await _ask(running, tmp_path / "keys", headers=await _of_a_key(running), operations="exclude"),
            await _ask(running, tmp_path / "sessions", headers=await _of_sessions(running), operations="include"),
        ]

    cases = [re.findall(r"(\d+) generated", one) for one in told]
    assert sum(int(n) for [n] in cases) >= FEWEST_CASES, told


async def _of_a_key(running: Running) -> str:
    """Whose owner no request names, so that none takes it away."""
    await running.ops.people.users.create("root-of-all", superuser=True)
    return f'[headers]\nAuthorization = "Bearer {await running.key("root-of-all")}"'


async def _of_sessions(running: Running) -> str:
    said = []
    for operation in OF_SESSIONS:
        name = operation.replace("_", "-")
        await running.ops.people.users.create(name)
        headers = ", ".join(f"{header} = {value!r}" for header, value in (await running.session(name)).items())
        said.append(f"[[operations]]\ninclude-operation-id = {operation!r}\nheaders = {{ {headers} }}")
    return "\n".join(said)


async def _ask(running: Running, folder: Path, *, headers: str, operations: str) -> str:
    """What it says in the end: it found nothing wrong."""
    folder.mkdir()
    config = folder / "schemathesis.toml"
    values = "\n".join(f"{name} = {{ values = {there!r} }}" for name, there in running.ids.items())
    config.write_text(f"{(HERE / config.name).read_text()}\n[dictionaries]\n{values}\n{headers}\n")
    chosen = [f"--{operations}-operation-id={operation}" for operation in OF_SESSIONS]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "schemathesis.cli", "run"),
        *(f"{running.url}/api/v1/openapi.json", f"--url={running.url}", *chosen),
        cwd=folder,
        env={**os.environ, "SCHEMATHESIS_HOOKS": str(HERE / "schemathesis_hooks.py"), "COLUMNS": "120"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        told, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode == 0, told.decode()
    return told.decode()
