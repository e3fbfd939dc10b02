"""Compiled loops: loaded when first needed, and working where nothing can be kept."""

import subprocess
import sys

import numpy as np
import pytest

from holdfast.analysis.compiled import Compiled
from holdfast.analysis.cores import each


@pytest.mark.slow
def test_a_function_without_a_place_for_its_cache_is_compiled_all_the_same():
    made = {}
    exec("def total(values):\n    found = 0\n    for one in values:\n        found += one\n    return found", made)

    assert Compiled(made["total"])(np.arange(10)) == 45


@pytest.mark.slow
@pytest.mark.parametrize("module", ["holdfast.analysis.accounts", "holdfast.doors.cli.analyze"])
def test_nothing_is_compiled_or_loaded_before_it_is_needed(module):
    asked = f"import sys, {module}; print([name for name in ('numba', 'ibis', 'pandas') if name in sys.modules])"

    found = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)

    assert found.stdout.strip() == "[]"


def test_work_on_all_cores_comes_back_in_order_and_tells_its_errors():
    assert each(lambda number: number * number, range(50)) == [number * number for number in range(50)]
    assert each(abs, []) == []
    with pytest.raises(ZeroDivisionError):
        each(lambda number: 1 // number, [1, 0, 2])
