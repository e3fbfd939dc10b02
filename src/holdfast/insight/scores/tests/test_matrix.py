"""Customer A–D × product 1–4: exact sums, who may see them, the pairs behind a cell, and the policy of each."""

import datetime as dt

import pytest
from django.urls import reverse

from holdfast.analysis.matrix import CELLS, PolicyParams
from holdfast.common import sheets
from holdfast.foundation.audit.models import Change, Export
from holdfast.foundation.jobs.models import Job
from holdfast.foundation.jobs.services import run_now
from holdfast.insight.facts.services import sources
from holdfast.insight.scores import queries, services
from holdfast.insight.scores.models import MatrixPolicy, Run
from holdfast.records.commerce.models import OrderLine
from holdfast.records.commerce.tests.factories import ProductFactory

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
ADDRESS = "scores:matrix"


@pytest.fixture
def sold(shop, owner):
    """What the shop sold in the year, by product: `pump` with a grade of the company's own, `hose` without."""
    pump, hose = ProductFactory(code="P-1", name="水泵", grade=2), ProductFactory(code="P-2", name="软管", grade=None)
    for place, line in enumerate(OrderLine.objects.order_by("pk")):
        line.product = pump if place % 3 else hose
        line.save(update_fields=["product"])
    return {"pump": pump, "hose": hose}


@pytest.fixture
def run(sold):
    made = services.score_month("2026-11")
    assert services.keep_pairs(made)
    return made


def year_of(customers=None):
    """Net revenue and profit of the window as the orders say, in minor units."""
    first, last = dt.date(2025, 11, 23), dt.date(2026, 11, 22)
    lines = [line for line in sources()["lines"] if first <= line["day"] <= last]
    ids = None if customers is None else {customer.pk for customer in customers}
    lines = [line for line in lines if ids is None or line["customer_id"] in ids]
    revenue = sum(line["net_minor"] for line in lines)
    return revenue, revenue - sum(line["cost_minor"] for line in lines)


@pytest.mark.shows("TIE-11")
def test_the_cells_and_what_fits_in_none_add_up_to_the_orders(run, shop):
    board = queries.matrix(run)

    cells = [*board.cells.values(), board.unplaced]
    assert sum(cell.revenue_minor for cell in cells) == board.total.revenue_minor == year_of()[0]
    assert sum(cell.profit_minor for cell in cells) == board.total.profit_minor == year_of()[1]
    for letter, whole in board.classes.items():
        assert whole.profit_minor == sum(board.cells[cell].profit_minor for cell in CELLS if cell[0] == letter)
    for grade, whole in board.grades.items():
        assert whole.lines == sum(board.cells[cell].lines for cell in CELLS if cell[1] == str(grade))


@pytest.mark.shows("TIE-11")
def test_the_grade_a_company_gave_counts_before_the_computed_one(run, sold):
    pairs = queries.pairs_of(run).to_pylist()

    grades = {row["product_id"]: row["product_grade"] for row in pairs}
    assert grades[sold["pump"].pk] == 2
    assert grades[sold["hose"].pk] in (1, 2, 3, 4)
    classes = {row["customer_id"]: row["profit_class"] for row in queries.month_rows(run).to_pylist()}
    assert all(row["customer_class"] == classes[row["customer_id"]] for row in pairs)


@pytest.mark.shows("TIE-11", "ARC-12")
def test_the_page_needs_the_right_to_see_profit_and_keeps_to_the_viewers_customers(run, login, owner, manager, shop):
    assert login(owner).get(reverse(ADDRESS)).status_code == 403
    assert login(owner).get(reverse("scores:matrix-cell", args=["A1"])).status_code == 403
    page = login(manager).get(reverse(ADDRESS))

    seen = queries.matrix(run, owner)
    mine = [customer for customer in shop.values() if customer.owner_id == owner.pk]
    assert (seen.total.revenue_minor, seen.total.profit_minor) == year_of(mine)
    assert page.context["board"].total.revenue_minor == year_of()[0]


def test_every_cell_opens_the_pairs_it_counted(run, login, manager):
    browser = login(manager)
    page = browser.get(reverse(ADDRESS))
    board = page.context["board"]

    cells = [cell for row in page.context["rows"] for cell in row["cells"] if cell.get("url")]
    for cell in cells:
        shown = browser.get(cell["url"])
        assert shown.context["total"] == board.cells[cell["cell"]]
        assert sum(row["profit_minor"] for row in shown.context["rows"]) == cell["money"]
    assert {cell["cell"] for cell in cells} == {name for name, cell in board.cells.items() if cell.lines}
    assert browser.get(reverse("scores:matrix-cell", args=["E7"])).status_code == 404


def test_a_cell_narrows_to_one_customer_and_to_none_out_of_sight(run, login, manager, shop):
    browser = login(manager)
    row = queries.pairs_of(run, customer_id=shop["steady"].pk).to_pylist()[0]
    address = reverse("scores:matrix-cell", args=[row["cell"]])

    shown = browser.get(address, {"customer": shop["steady"].pk})

    assert {one["customer"].pk for one in shown.context["rows"]} == {shop["steady"].pk}
    assert browser.get(address, {"customer": 10**12}).status_code == 404
    assert browser.get(address, {"customer": "x"}).status_code == 404


@pytest.mark.shows("ARC-12")
def test_the_pairs_of_a_cell_leave_as_a_file_that_is_written_down(run, login, manager, tmp_path):
    cell = next(name for name, one in queries.matrix(run).cells.items() if one.lines)

    answer = login(manager).post(reverse("scores:matrix-export", args=[cell]) + "?month=2026-11")

    book = tmp_path / "cell.xlsx"
    book.write_bytes(b"".join(answer.streaming_content))
    rows = list(sheets.open_sheet(book).sample())
    assert len(rows) == queries.pairs_of(run, cell=cell).num_rows
    note = Export.objects.get()
    assert (note.what, note.rows, note.filters["cell"]) == ("scores.matrix", len(rows), cell)


@pytest.mark.shows("TIE-11")
def test_the_customer_reads_his_class_and_what_he_buys(run, login, owner, manager, shop):
    address = reverse("scores:card", args=[shop["steady"].pk])

    page, hidden = login(manager).get(address), login(owner).get(address)

    rows = page.context["products"]["rows"]
    assert (sum(row["revenue_minor"] for row in rows), sum(row["profit_minor"] for row in rows)) == year_of(
        [shop["steady"]]
    )
    assert all(login(manager).get(row["url"]).context["rows"] for row in rows)
    assert hidden.context["products"] is None
    assert "买的是哪几类产品" not in hidden.content.decode()


def policy_form(**changes):
    params = PolicyParams()
    form = {"note": "四类不再让价", "guard_stars": 4}
    for cell in CELLS:
        one = getattr(params, cell)
        form |= {
            f"{cell}_policy": one.policy,
            f"{cell}_discount": one.discount_ceiling * 100,
            f"{cell}_availability": one.availability * 100,
            f"{cell}_automatic": "on",
        }
    return {**form, **changes}


@pytest.mark.shows("TIE-11")
def test_a_changed_policy_is_a_new_version_in_force_at_once_and_in_the_journal(run, login, manager):
    browser = login(manager)

    browser.post(reverse("scores:matrix-policies"), policy_form(A4_policy="review_terms", A4_discount="0.5"))

    made = MatrixPolicy.objects.get()
    assert (made.version, made.by, made.note) == (1, manager, "四类不再让价")
    assert queries.policies_in_force().A4.policy == "review_terms"
    assert queries.policies_in_force().A4.discount_ceiling == 0.005
    assert Change.objects.filter(model="scores.matrixpolicy", actor=manager, verb="add").count() == 1
    assert "重谈条件" in browser.get(reverse(ADDRESS)).content.decode()
    again = browser.post(reverse("scores:matrix-policies"), policy_form(A4_policy="review_terms", A4_discount="0.5"))
    assert "没有改动" in again.content.decode()
    assert MatrixPolicy.objects.count() == 1


@pytest.mark.parametrize("changes", [{"A1_discount": "120"}, {"A1_policy": "burn"}, {"note": ""}, {"guard_stars": "9"}])
def test_a_policy_that_makes_no_sense_is_refused_and_nothing_is_lost(run, login, manager, changes):
    page = login(manager).post(reverse("scores:matrix-policies"), policy_form(**changes))

    assert page.context["form"].errors.keys() == changes.keys()
    assert not MatrixPolicy.objects.exists()


def test_who_may_not_edit_reads_the_policies_only(run, login, analyst):
    page = login(analyst).post(reverse("scores:matrix-policies"), policy_form(A4_policy="develop"))

    assert not MatrixPolicy.objects.exists()
    assert "保存新的策略" not in page.content.decode()


def test_a_small_company_gets_its_pairs_when_the_page_is_opened(sold, login, manager):
    made = services.score_month("2026-11")
    assert not services.has_pairs(made)

    page = login(manager).get(reverse(ADDRESS))

    assert page.context["board"].total.lines
    assert services.has_pairs(Run.objects.get(pk=made.pk))


def test_a_large_one_makes_them_in_the_background(sold, login, manager, monkeypatch):
    made = services.score_month("2026-11")
    monkeypatch.setattr("holdfast.insight.scores.services.matrices.AT_ONCE", 1)
    browser = login(manager)

    assert "现在计算" in browser.get(reverse(ADDRESS)).content.decode()
    browser.post(reverse("scores:matrix-make"), {"month": "2026-11"})
    run_now(Job.objects.get(name="scores.matrix"))

    assert services.has_pairs(Run.objects.get(pk=made.pk))
    assert browser.get(reverse(ADDRESS)).context["board"].total.lines


def test_scoring_in_the_background_makes_the_pairs_of_the_newest_months(sold, login, manager):
    login(manager).post(reverse("scores:score"), {"month": "2026-11"})
    run_now(Job.objects.get(name="scores.score"))

    assert services.has_pairs(Run.objects.get(month="2026-11"))


def test_a_new_scoring_makes_the_old_pairs_stale(run):
    assert services.has_pairs(run)

    Run.objects.filter(pk=run.pk).update(sha256="b" * 64)

    assert not services.has_pairs(Run.objects.get(pk=run.pk))


def test_without_products_the_page_says_what_is_missing(shop, login, manager):
    services.score_month("2026-11")

    assert "还没有客户 × 产品的数字" in login(manager).get(reverse(ADDRESS)).content.decode()


def test_the_number_of_queries_is_fixed(run, login, manager, django_assert_max_num_queries):
    browser = login(manager)
    for address, most in ((reverse(ADDRESS), 16), (reverse("scores:matrix-cell", args=["A2"]), 16)):
        browser.get(address)
        with django_assert_max_num_queries(most):
            browser.get(address)
