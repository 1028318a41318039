"""Numbers of bytes as people write them."""

import pytest
from hypothesis import given, strategies as st

from tickwork.core.sizes import format_size, parse_size


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("512 MB", 512 * 1024**2),
        ("2gib", 2 * 1024**3),
        ("1K", 1024),
        (4096, 4096),
        ("4096", 4096),
        ("3 TB", 3 * 1024**4),
    ],
)
def test_units_are_1024_of_the_one_before(text: object, size: int) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["", "much", "-1", "1.5 GB", "1 PB", True, None, 1.5, [1]])
def test_what_is_no_size_is_none(text: object) -> None:
    assert parse_size(text) is None


@given(st.integers(0, 2**60))
def test_what_is_written_is_read_back(size: int) -> None:
    assert parse_size(format_size(size)) == size
