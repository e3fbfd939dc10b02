"""What poor quality costs, what is offered for waiting, and limits that stay: methods §7."""

import numpy as np
import pytest

from holdfast.analysis import capability as engine
from holdfast.analysis.capability import Signal


@pytest.mark.shows("SVC-07")
def test_poor_quality_costs_the_sum_of_its_lines():
    # Source: methods §7: 1,000 jobs, 10 % late, 50 each; 5 % of the angry leave, 5,200 each.
    cost = engine.cost_of_poor_quality(
        compensation_minor=100 * 50_00,
        rework_minor=1_200_00,
        repeat_contacts=30,
        contact_minor=15_00,
        risen=np.full(100, 0.05),
        value_minor=np.full(100, 5_200_00),
    )

    assert cost == {
        "compensation": 5_000_00, "rework": 1_200_00, "contacts": 450_00, "leaving": 26_000_00, "total": 32_650_00,
    }  # fmt: skip
    assert engine.cost_of_poor_quality() == dict.fromkeys(cost, 0)
    lower = engine.cost_of_poor_quality(risen=np.array([-0.5, 0.1]), value_minor=np.array([100, 100]))
    assert lower["leaving"] == 10
    with pytest.raises(ValueError, match="value"):
        engine.cost_of_poor_quality(risen=np.array([0.1]))


@pytest.mark.shows("SVC-07")
@pytest.mark.parametrize(
    ("zone", "grey", "stars", "price", "amount", "approver", "capped"),
    [
        ("angry", False, 5, 1_000_00, 200_00, "manager", False),
        ("angry", False, 5, 9_000_00, 1_000_00, "manager", True),
        ("angry", False, 3, 1_000_05, 100_01, "owner", False),
        ("angry", False, None, 10_00, 20_00, "owner", False),
        ("angry", True, 5, 1_000_00, 50_00, "owner", False),
        ("acceptable", False, 5, 1_000_00, 0, "nobody", False),
        ("delight", True, 1, 1_000_00, 0, "nobody", False),
    ],
)
def test_the_table_of_compensation_goes_by_zone_grey_reason_and_star(
    zone, grey, stars, price, amount, approver, capped
):
    found = engine.compensation(zone, grey=grey, stars=stars, price_minor=price)

    assert (found.amount_minor, found.approver, found.capped) == (amount, approver, capped)
    assert (found.rule is None) == (zone != "angry")


def test_a_table_of_compensation_that_makes_no_sense_is_refused():
    rule = engine.CompensationRule("angry", grey=None, share=100, least_minor=5, cap_minor=50, approver="owner")
    assert engine.CompensationRule.from_json(rule.to_json()) == rule
    for wrong in ({"zone": "blue"}, {"zone": "angry", "approver": "me"}, {"zone": "angry", "least_minor": 9}):
        with pytest.raises(ValueError, match=r"zone|cap"):
            engine.CompensationRule(**wrong)
    with pytest.raises(ValueError, match="zone"):
        engine.compensation("blue", grey=False, stars=1, price_minor=1)


@pytest.mark.parametrize("make", [engine.p_chart, engine.u_chart])
def test_shares_keep_the_limits_of_their_baseline(make):
    events, sizes = np.array([10, 12, 9, 11, 10, 60]), np.full(6, 100)

    free, frozen = make(events, sizes), make(events, sizes, baseline=5)

    assert frozen.centre == pytest.approx(0.104)
    assert free.centre > frozen.centre
    assert frozen.upper[0] == frozen.upper[5] < free.upper[5]
    assert frozen.signals == (Signal("beyond_3", 6),)
    with pytest.raises(ValueError, match="baseline"):
        make(events, sizes, baseline=0)


def test_the_spread_of_laney_is_that_of_the_baseline():
    sizes = np.full(10, 1_000_000)
    shares = np.array([0.10, 0.12, 0.11, 0.09, 0.10, 0.12, 0.11, 0.09, 0.10, 0.30])

    chart = engine.p_chart(shares * sizes, sizes, baseline=9)

    assert chart.signals == (Signal("beyond_3", 10),)
    step = np.abs(np.diff(shares[:9])).mean() / 1.128
    assert chart.upper[0] - chart.centre == pytest.approx(3 * step)
