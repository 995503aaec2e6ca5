"""No sign of a text that somebody wrote steers the terminal."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from audit.tui.harmless import harmless


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Xã Đông Thạnh", "Xã Đông Thạnh"),
        ("a\x1b[31mb\x07", "a[31mb"),
        ("a\u202eb\u2066c", "abc"),
        ("👩\u200d👧", "👩\u200d👧"),
        ("a\u00a0b", "a\u00a0b"),
    ],
)
def test_what_steers_is_taken_out_and_all_else_stays(text: str, shown: str) -> None:
    assert harmless(text) == shown


@given(st.text(st.characters()))
def test_a_text_fills_as_many_cells_and_can_always_be_written(text: str) -> None:
    shown = harmless(text)

    assert cell_len(shown) == cell_len(text)
    assert not any(unicodedata.category(sign) in ("Cc", "Cs") for sign in shown)
    assert shown.encode().decode() == shown
