"""The figures of the boards against plain loops over the rows of the database, with no shared code."""

import datetime as dt
from collections import defaultdict

import pytest

from holdfast.insight.scores import queries, services
from holdfast.insight.scores.tests.conftest import buys, every
from holdfast.records.commerce.models import OrderLine
from holdfast.records.commerce.tests.factories import OrderFactory
from holdfast.records.customers.tests.factories import CustomerFactory

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def revenue_by_loops(start, end):
    """customer → minor units from start to before end; and who bought (net ≥ 0 on a day with a sale) before a day."""
    found = defaultdict(int)
    for line in OrderLine.objects.select_related("order"):
        if start <= line.order.ordered_on < end and line.order.voided_at is None:
            found[line.order.customer_id] += line.revenue_minor
    return found


def first_purchase_by_loops():
    days = defaultdict(lambda: defaultdict(int))
    sold = set()
    for line in OrderLine.objects.select_related("order"):
        key = (line.order.customer_id, line.order.ordered_on)
        days[key[0]][key[1]] += line.revenue_minor
        if line.order.kind == "sale":
            sold.add(key)
    return {
        customer: min((day for day, net in found.items() if net >= 0 and (customer, day) in sold), default=None)
        for customer, found in days.items()
    }


def bridge_by_loops(previous, current):
    before, now = revenue_by_loops(*previous), revenue_by_loops(*current)
    first = first_purchase_by_loops()
    found = defaultdict(lambda: [0, 0, 0])
    for customer in set(before) | set(now):
        a, b = before.get(customer, 0), now.get(customer, 0)
        if a == 0 and b == 0:
            continue
        if a == 0 and b != 0:
            began = first[customer]
            code = (
                "irregular"
                if began is None
                else "new"
                if began >= current[0]
                else "returned"
                if began < previous[0]
                else "irregular"
            )
        elif a > 0 and b == 0:
            code = "lost"
        elif a < 0:
            code = "lost" if b == 0 else "irregular"
        else:
            code = "rising" if 100 * b > 110 * a else "declining" if 100 * b < 90 * a else "stable"
        found[code] = [found[code][0] + 1, found[code][1] + a, found[code][2] + b]
    return found


@pytest.fixture
def market(shop, owner):
    """The shop, some odd amounts, a return and a customer who only returned."""
    odd = CustomerFactory(owner=owner)
    for place, day in enumerate(every("2026-08-03", 9, 12)):
        OrderFactory(customer=odd, ordered_on=day, lines=[(3, "33.335", 20), (1, "0.01", None)] * (place % 3 + 1))
    OrderFactory(customer=shop["steady"], ordered_on=dt.date(2026, 9, 20), lines=[(-1, 250, 100)], kind="return")
    OrderFactory(
        customer=CustomerFactory(owner=owner), ordered_on=dt.date(2026, 10, 3), lines=[(-1, 70, 9)], kind="return"
    )
    for place in range(12):
        buys(CustomerFactory(owner=owner), *every("2025-11-05", 17 + place, 22 - place), amount=100 + 37 * place)
    return shop


@pytest.mark.shows("REP-01")
@pytest.mark.parametrize("month", ["2026-09", "2026-10"])
def test_the_bridge_is_exact_to_the_cent(market, month):
    run = services.score_month(month)

    board = queries.movement(run)

    previous, current = (board.previous.start, board.previous.end), (board.current.start, board.current.end)
    wanted = bridge_by_loops(previous, current)
    shown = {
        row["code"]: [row["n"], row["previous_minor"], row["current_minor"]] for row in board.rows[:-1] if row["n"]
    }
    assert shown == dict(wanted)
    total = board.total
    assert total["previous_minor"] == sum(revenue_by_loops(*previous).values())
    assert total["current_minor"] == sum(revenue_by_loops(*current).values())
    assert total["previous_minor"] + sum(step["delta_minor"] for step in board.steps) == total["current_minor"]
    assert sum(part["previous_minor"] for part in board.not_bought.values()) == board.row("lost")["previous_minor"]
    assert sum(board.volume_value[line] for line in ("volume", "value", "remainder")) == total["delta_minor"]


@pytest.mark.parametrize(("comparison", "previous", "current"), [
    ("three_months", (dt.date(2026, 5, 1), dt.date(2026, 8, 1)), (dt.date(2026, 8, 1), dt.date(2026, 11, 1))),
    ("year", (dt.date(2025, 10, 1), dt.date(2025, 11, 1)), (dt.date(2026, 10, 1), dt.date(2026, 11, 1))),
])  # fmt: skip
def test_longer_comparisons_add_up_as_well(market, comparison, previous, current):
    run = services.score_month("2026-10")

    board = queries.movement(run, comparison=comparison)

    assert board.total["previous_minor"] == sum(revenue_by_loops(*previous).values())
    assert board.total["current_minor"] == sum(revenue_by_loops(*current).values())


def test_the_running_month_shows_the_last_complete_one(market):
    october, november = services.score_month("2026-10"), services.score_month("2026-11")

    assert november.movement_month == "2026-10"
    assert queries.movement(november).rows == queries.movement(october).rows


@pytest.mark.shows("TIE-08")
def test_profit_and_pareto_agree_with_the_lines(market):
    run = services.score_month("2026-10")
    start = dt.date(2026, 10, 31) - dt.timedelta(days=365)

    lines = [line for line in OrderLine.objects.select_related("order") if start < line.order.ordered_on <= run.as_of]
    board = queries.pareto(run, value="revenue")
    whole = sum(row["revenue_minor"] for row in queries.star_table(run))

    assert whole == sum(line.revenue_minor for line in lines)
    assert board.points[0] == (0.0, 0.0)
    assert board.points[-1][0] == 1.0
    assert 0 < board.top20_share <= 1


def test_a_viewer_without_the_whole_scope_sees_only_his_customers(market, owner, teammate, stranger):
    run = services.score_month("2026-10")

    mine = queries.month_rows(run, owner)["customer_id"].to_pylist()
    assert market["skipper"].pk not in mine
    assert market["steady"].pk in mine
    assert queries.month_rows(run, teammate)["customer_id"].to_pylist() == [market["skipper"].pk]
    assert queries.month_rows(run, stranger).num_rows == 0
    assert queries.totals(run, stranger)["customers"] == 0
    assert queries.board(run, stranger).movement.total["current_minor"] == 0


@pytest.mark.shows("LIF-08")
def test_the_matrix_counts_every_customer_of_either_month(market):
    services.score_month("2026-09")
    run = services.score_month("2026-10")

    moves = queries.transitions(run, column="stage")

    assert sum(move["n"] for move in moves if move["after"]) == queries.month_rows(run).num_rows
    assert sum(move["n"] for move in queries.transitions(run, column="stars_hint")) == queries.month_rows(run).num_rows


@pytest.mark.shows("REP-07")
def test_every_figure_opens_exactly_the_customers_it_counted(market, admin):
    services.score_month("2026-09")
    run = services.score_month("2026-10")
    board = queries.board(run, admin)

    for row in board.movement.rows[:-1]:
        assert queries.customer_set(run, admin, {"movement": row["code"]}).total == row["n"]
    for row in board.stars:
        assert queries.customer_set(run, admin, {"stars": str(row["stars"] or "none")}).total == row["n"]
    for row in board.funnel:
        assert queries.customer_set(run, admin, {"stage": row["stage"]}).total == row["n"]
    for due, part in board.movement.not_bought.items():
        assert queries.customer_set(run, admin, {"movement": "lost", "due": due}).total == part["n"]
    for move in board.hollow_moves:
        if move["after"]:
            asked = {"before": str(move["before"] or "none"), "after": str(move["after"]), "sure": "hollow"}
            assert queries.customer_set(run, admin, asked).total == move["n"]
    assert queries.customer_set(run, admin, {"left": "1"}).total == board.totals["left"]
    current = queries.customer_set(run, admin, {"current": "1"})
    assert current.current_minor == board.movement.total["current_minor"]
    best = sum(row["n"] for row in board.stars if row["stars"] in (4, 5))
    assert queries.customer_set(run, admin, {"stars": "5,4"}).total == best
    assert queries.customer_set(run, admin, {"stage": "nonsense"}).total == 0
    for month, counts, source in board.flow:
        assert queries.customer_set(queries.run_of(source), admin, {"movement": "rising"}).total == counts["rising"], (
            month
        )


@pytest.mark.shows("CHU-06")
def test_customers_leave_by_their_own_rhythm_and_not_with_the_first_month_without_an_order(shop):
    """The fader bought every 20 days until 7 May 2026; the skipper buys every 60 days, so not in each month."""
    runs = [services.score_month(f"2026-{month:02d}") for month in range(5, 11)]

    left = {run.month: set(queries.left(run)["customer_id"].to_pylist()) for run in runs}
    classes = {
        run.month: {row["customer_id"]: row["movement"] for row in queries.movement_rows(run).to_pylist()}
        for run in runs
    }

    fader, skipper = shop["fader"].pk, shop["skipper"].pk
    assert [month for month, found in left.items() if fader in found] == ["2026-06"]
    assert [month for month, found in classes.items() if found.get(skipper) == "lost"] == [
        "2026-06",
        "2026-08",
        "2026-10",
    ]
    assert not any(skipper in found for found in left.values())
    june = queries.totals(runs[1])
    assert (june["left"], june["kept_share"]) == (1, june["active"] / (june["active"] + 1))
