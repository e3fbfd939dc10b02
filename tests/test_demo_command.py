"""`holdfast demo` as a new user types it: into an empty folder, with nothing prepared."""

from __future__ import annotations

import pytest

from tests.machine import holdfast, sql

pytestmark = [pytest.mark.slow]


def test_the_demo_fills_an_empty_folder_and_leaves_a_filled_one_alone(tmp_path):
    first = holdfast(tmp_path, "demo", "--customers", "12", "--months", "3", patience=300)
    again = holdfast(tmp_path, "demo", "--customers", "12", "--months", "3")

    assert first.returncode == 0, first.stderr
    made = sql(tmp_path, "SELECT count(*) FROM customers_customer")
    assert made >= [(12,)]
    assert again.returncode == 2
    assert sql(tmp_path, "SELECT count(*) FROM customers_customer") == made
