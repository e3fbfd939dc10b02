"""Compiled loops: loaded when first needed, and working where nothing can be kept."""

import subprocess
import sys

import numpy as np
import pytest

from holdfast.analysis.compiled import Compiled, prepare
from holdfast.analysis.cores import each
from holdfast.analysis.days import customer_days
from holdfast.analysis.ledger import Ledger
from holdfast.analysis.rhythm import DEFAULTS, Gaps, pace
from holdfast.analysis.tests.ledgers import lines, on, random_lines

TODAY = on(450)


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


@pytest.fixture
def plain_and_compiled(monkeypatch):
    """The same asked twice: of NumPy alone, then of the compiled loops."""

    def both(ask):
        with monkeypatch.context() as patch:
            patch.setattr(Compiled, "at_hand", property(lambda self: False))
            plain = ask()
        prepare().join()
        return plain, ask()

    return both


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_the_rhythm_is_the_same_to_the_last_bit_with_and_without_compiled_loops(seed, plain_and_compiled):
    days = customer_days(random_lines(seed, 6_000, customers=400), as_of=TODAY)

    def ask():
        ledger = Ledger.of(days, as_of=TODAY)
        now, then = Gaps.of(ledger), Gaps.of(ledger, ledger.today - 200)
        return (
            now,
            then,
            pace(ledger, now.priors(DEFAULTS), DEFAULTS),
            [ledger.cuts[ledger.today - 90 * n] for n in range(4)],
        )

    (now, then, own, cuts), (now_too, then_too, own_too, cuts_too) = plain_and_compiled(ask)

    assert (now, then) == (now_too, then_too)
    assert np.array_equal(own.mu, own_too.mu)
    assert np.all(own.sigma == own_too.sigma)
    assert all(map(np.array_equal, cuts, cuts_too))


@pytest.mark.slow
def test_customers_without_a_purchase_have_no_rhythm_in_compiled_loops_either(plain_and_compiled):
    days = customer_days(lines([("a", 1, -5), ("b", 2, -5), ("b", 2, 4)]), as_of=TODAY)

    plain, fast = plain_and_compiled(lambda: Gaps.of(Ledger.of(days, as_of=TODAY)))

    assert plain == fast == Gaps()
