import pytest

pytest.register_assert_rewrite("tests.conformance.fencing", "tests.conformance.world")
