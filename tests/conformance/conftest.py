from pathlib import Path

import pytest

_HERE = {file.stem for file in Path(__file__).parent.glob("*.py") if not file.stem.startswith("test_")}
_SENTENCES = _HERE - {"conftest", "opening", "suite", "world"}
pytest.register_assert_rewrite(*(f"tests.conformance.{name}" for name in sorted(_SENTENCES)))
