"""Satisfaction, loyalty and service at their thresholds (methods §6, §8, §9, §10)."""

from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pytest

from holdfast.analysis import health, loyalty, satisfaction, service_level
from holdfast.analysis.days import Window, customer_days
from holdfast.analysis.satisfaction.rates import adjusted_nps
from holdfast.analysis.tests.ledgers import on

pytestmark = pytest.mark.shows("SAT-03")


# --- satisfaction ---
def test_six_is_a_detractor_seven_and_eight_are_nothing_and_nine_promotes():
    assert [satisfaction.net_promoter_score(np.array([float(n)])).value for n in (0, 6, 7, 8, 9, 10)] == [
        -100, -100, 0, 0, 100, 100,
    ]  # fmt: skip


@pytest.mark.parametrize(("size", "adjusted"), [(29, True), (30, False)])
def test_below_thirty_answers_the_interval_of_nps_is_the_adjusted_one(size, adjusted):
    counts = (size - 10, 5, 5)
    middle, spread = adjusted_nps(*counts)

    found = satisfaction.nps_of_counts(*counts)

    assert (found.high - found.low == pytest.approx(2 * 1.959964 * spread, rel=1e-6)) == adjusted
    assert ((found.high + found.low) / 2 == pytest.approx(middle)) == adjusted


def test_a_transfer_is_no_first_contact_resolution():
    tickets = pa.table({"contacts": [1, 1, 2, 1], "transfers": [0, 1, 0, 0], "came_back": [False, False, False, True]})
    assert satisfaction.first_contact_resolution(tickets).value == 0.25


def test_kano_calls_a_tie_by_its_order_and_a_near_tie_mixed():
    assert satisfaction.kano({"M": 50, "O": 50}).category == "M"
    assert satisfaction.kano({"A": 40, "O": 40, "I": 20}).category == "O"
    # 60 against 40 of 100: difference .20, reach 1.96·√((1 − .04) ÷ 100) = .192.
    assert satisfaction.kano({"M": 60, "A": 40}).category == "M"
    assert satisfaction.kano({"M": 59, "A": 41}).category == "mixed"


def test_the_finite_population_takes_itself_off_once():
    # 384.15 ÷ (1 + 383.15/29) = 27.03; with 384.15/29 it would be 26.96.
    assert satisfaction.sample_size_share(0.05, population=29) == 28
    assert satisfaction.sample_size_share(0.5, share=0.5, population=1) == 1


def test_the_band_of_what_is_met_is_open():
    assert satisfaction.verdict_of(0.1) == "exceeded"
    assert satisfaction.verdict_of(-0.1) == "missed"
    assert satisfaction.verdict_of(0.0999) == "met"
    assert satisfaction.verdict_of(0.196, 0.1) == "exceeded"
    assert satisfaction.verdict_of(0.1959, 0.1) == "met"


def test_on_the_day_is_on_time_and_the_ends_of_the_scale_are_feelings():
    table = pa.table({
        "order_id": list("abc"),
        "ordered_on": pa.array([on(0)] * 3),
        "promised_on": pa.array([on(10)] * 3),
        "delivered_on": pa.array([on(10), on(9), on(11)]),
        "satisfaction": pa.array([4.0, 2.0, 3.0]),
    })  # fmt: skip

    rows = satisfaction.delivery_verdicts(table).to_pylist()

    assert [row["promise"] for row in rows] == ["on_time", "early", "late"]
    assert [row["feeling"] for row in rows] == ["satisfied", "dissatisfied", "neutral"]


def test_answers_ninety_days_apart_both_count():
    def kept(gap):
        table = pa.table({
            "customer_id": ["a", "a"], "instrument": ["nps"] * 2, "score": [1.0, 2.0],
            "day": pa.array([on(0), on(gap)], pa.date32()),
        })  # fmt: skip
        return satisfaction.valid_answers(table)["score"].to_pylist()

    assert kept(89) == [2.0]
    assert kept(90) == [1.0, 2.0]


def test_groups_are_hidden_below_ten_and_thin_below_thirty():
    sizes = {"a": 9, "b": 10, "c": 29, "d": 30}
    table = pa.table({
        "group": [name for name, size in sizes.items() for _ in range(size)],
        "score": [float(1 + 4 * (at % 2)) for size in sizes.values() for at in range(size)],
    })  # fmt: skip

    rows = {row["group"]: row for row in satisfaction.by_group(table).to_pylist()}

    assert [rows[name]["evidence"] for name in "abcd"] == ["suppressed", "thin", "thin", "full"]
    assert [rows[name]["value"] is None for name in "abcd"] == [True, False, False, False]


def test_a_group_stands_out_beyond_three_standard_errors_of_the_whole():
    def stands(low):
        scores = [5.0] * 500 + [1.0] * 500 + [5.0] * low + [1.0] * (100 - low)
        table = pa.table({"group": ["rest"] * 1000 + ["one"] * 100, "score": scores})
        return {row["group"]: row["stands_out"] for row in satisfaction.by_group(table).to_pylist()}["one"]

    # Whole ≈ .486, error of 100 ≈ .05: .34 lies 2.9 errors away, .32 3.3.
    assert (stands(34), stands(32), stands(68)) == (0, -1, 1)


def test_drivers_need_two_answers_more_than_there_are_drivers():
    rng = np.random.default_rng(1)
    table = pa.table({name: rng.normal(size=4) for name in ("overall", "a", "b")})
    importance = satisfaction.driver_importance(table, target="overall", drivers=["a", "b"], draws=5)["importance"]

    assert importance.null_count == 0
    few = satisfaction.driver_importance(table.slice(0, 3), target="overall", drivers=["a", "b"], draws=5)
    assert few["importance"].null_count == 2


def test_a_place_in_the_matrix_is_sure_only_two_and_a_half_errors_from_the_cross_hair():
    table = pa.table({
        "driver": ["near", "far"], "performance": [2.4, 2.5], "performance_error": [1.0, 1.0],
        "importance": [1.0, 1.0], "importance_error": [0.0, 0.0],
    })  # fmt: skip

    found = satisfaction.importance_performance(table, performance=0.0, importance=0.5)

    assert found["quadrant"].to_pylist() == ["unclear", "keep_up"]


# --- loyalty ---
def days(*rows):
    who, day, amount = zip(*rows, strict=True)
    table = pa.table({"customer_id": who, "day": pa.array([on(at) for at in day]), "amount_minor": list(amount)})
    return customer_days(table, as_of=on(400))


@pytest.mark.shows("CHU-06")
def test_gross_retention_never_counts_more_than_there_was():
    ledger = days(("a", 0, 100), ("a", 40, 300), ("b", 0, 100), ("b", 40, 50), ("c", 0, 100))
    start = on(0)
    windows = [Window(start + timedelta(at), start + timedelta(at + 30)) for at in (0, 30)]

    found = loyalty.retention(ledger, previous=windows[0], current=windows[1])

    assert (found.start, found.retained, found.rate) == (3, 2, pytest.approx(2 / 3))
    assert found.gross_revenue == pytest.approx(150 / 300)
    assert found.net_revenue == pytest.approx(350 / 300)


def entry(at, day, kind, points, expires=None, lot=None):
    return {
        "entry_id": at, "customer_id": "a", "day": on(day), "kind": kind, "points": points,
        "expires_on": None if expires is None else on(expires), "lot_id": lot,
    }  # fmt: skip


def account(*entries, day=100):
    schema = pa.schema([
        ("entry_id", pa.int64()), ("customer_id", pa.string()), ("day", pa.date32()), ("kind", pa.string()),
        ("points", pa.int64()), ("expires_on", pa.date32()), ("lot_id", pa.int64()),
    ])  # fmt: skip
    return loyalty.points_accounts(pa.Table.from_pylist(list(entries), schema=schema), as_of=on(day)).to_pylist()[0]


@pytest.mark.shows("LOY-01")
def test_points_can_be_used_on_their_last_day_and_not_after():
    earned = entry(1, 0, "earn", 100, 50)

    assert account(earned, entry(2, 50, "redeem", 60))["expired"] == 40
    late = account(earned, entry(2, 51, "redeem", 60))
    assert (late["expired"], late["balance"]) == (100, -60)
    older = entry(3, 0, "earn", 10, 20)
    assert account(older, earned, entry(4, 50, "redeem", 100))["balance"] == 0
    # As of a day is its end.
    assert account(earned, day=49)["balance"] == 100
    assert account(earned, day=50)["balance"] == 0


@pytest.mark.shows("LOY-01")
def test_new_points_pay_what_is_owed_and_a_reversal_takes_back_what_expired_first():
    owed = account(entry(1, 0, "redeem", 30), entry(2, 1, "earn", 100))
    assert (owed["balance"], owed["issued"], owed["redeemed"]) == (70, 100, 30)

    spent = account(entry(1, 0, "redeem", 30), entry(2, 1, "earn", 100, 50))
    assert (spent["expired"], spent["balance"]) == (70, 0)

    back = account(entry(1, 0, "earn", 100, 10), entry(2, 20, "earn", 50), entry(3, 30, "reverse", 100, lot=1))
    assert (back["expired"], back["reversed"], back["balance"]) == (0, 100, 50)


@pytest.mark.shows("LOY-01")
def test_no_more_is_frozen_than_there_is():
    found = account(entry(1, 0, "earn", 50), entry(2, 1, "freeze", 80))

    assert (found["balance"], found["frozen"], found["available"]) == (50, 50, 0)
    assert account(entry(1, 0, "earn", 50), entry(2, 1, "unfreeze", 80))["frozen"] == 0


@pytest.mark.shows("LOY-01")
@pytest.mark.parametrize(("months", "breakage"), [(11, 0.05), (12, 0.4), (13, 0.4)])
def test_breakage_of_a_lot_changes_in_the_month_of_its_age(months, breakage):
    table = pa.Table.from_pylist([entry(1, 0, "earn", 1_000)])
    params = loyalty.PointsParams(minor_per_thousand=1_000, breakage=((0, 50), (12, 400)))
    first = on(0)
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)

    (found,) = loyalty.points_liability(table, as_of=date(year, month + 1, 28), params=params).to_pylist()

    assert found["breakage"] == breakage
    assert found["liability_minor"] == round(1_000 * (1 - breakage))


@pytest.mark.shows("LOY-06")
def test_one_known_part_is_no_index():
    table = pa.table({"behaviour": [0.81, 0.81], "attitude": [None, 1.0], "nps": pa.array([None, None], pa.float64())})

    found = loyalty.loyalty_index(table)

    assert found["loyalty"].to_pylist() == [None, pytest.approx(90)]


# --- service ---
@pytest.mark.shows("SVC-15")
def test_a_promise_ends_with_its_day():
    def punctual(promised, delivered, day):
        table = pa.table({
            "order_id": ["x"], "ordered_on": pa.array([on(0)]), "promised_on": pa.array([on(promised)]),
            "delivered_on": pa.array([None if delivered is None else on(delivered)], pa.date32()),
        })  # fmt: skip
        return service_level.order_service(table, as_of=on(day))["on_time"].to_pylist()

    assert punctual(5, 5, 9) == [True]
    assert punctual(5, 6, 9) == [False]
    assert punctual(5, None, 5) == [None]
    assert punctual(5, None, 6) == [False]
    assert punctual(5, None, 0) == [None]  # ordered on the day itself


@pytest.mark.shows("SVC-15")
def test_lines_without_an_order_quantity_are_not_short():
    table = pa.table({"order_id": ["x", "y"], "quantity": [0.0, -2.0], "shipped": [0.0, 0.0]})

    found = service_level.order_service(table, as_of=on(0)).to_pylist()

    assert [(row["counted_lines"], row["shipped"], row["complete"]) for row in found] == [(0, 0, None)] * 2


@pytest.mark.shows("SVC-15")
def test_fixed_on_the_hour_is_within_the_standard():
    failures = pa.table({"hours": [24.0, 24.1, None, None], "open_hours": [None, None, 24.0, 24.1]})

    found = service_level.malfunction_recovery(failures, standard_hours=24)

    assert (found.within.n, found.within.value) == (3, pytest.approx(1 / 3))
    assert found.median_hours == pytest.approx(24.05)


@pytest.mark.shows("SVC-15")
def test_a_day_with_nothing_in_stock_is_a_day_out_of_stock():
    assert service_level.stock_out_days(pa.table({"quantity": [0, 1, 5, None]})) == pytest.approx(1 / 3)


@pytest.mark.shows("SVC-15")
def test_the_spread_of_lateness_is_that_of_a_sample():
    table = pa.table({
        "order_id": ["x", "y"], "ordered_on": pa.array([on(0)] * 2), "promised_on": pa.array([on(5)] * 2),
        "delivered_on": pa.array([on(4), on(8)]),
    })  # fmt: skip

    (found,) = service_level.service_level(service_level.order_service(table, as_of=on(9))).to_pylist()

    assert (found["late_mean"], found["late_sd"]) == (1.0, pytest.approx(np.sqrt(8)))


# --- health ---
@pytest.mark.shows("CSM-04")
@pytest.mark.parametrize(("tenure", "alone"), [(0, True), (89, True), (90, False)])
def test_milestones_alone_count_in_the_first_ninety_days(tenure, alone):
    signals = pa.table({"customer_id": ["a"], "p_gap": [1.0], "milestones": [100.0], "tenure_days": [tenure]})

    assert health.health(signals)["health"].to_pylist() == [100 if alone else 50]


@pytest.mark.shows("CSM-04")
def test_half_of_a_feeling_is_gone_after_180_days():
    assert health.decayed(np.array([90.0, 90.0]), np.array([180, 360])) == pytest.approx([70, 60])
