import datetime as dt
from decimal import Decimal

import pytest

from holdfast.common.refusals import Refusal
from holdfast.doors.reports import queries, rules, services
from holdfast.doors.reports.models import Action
from holdfast.doors.reports.tests.conftest import OCTOBER, SEPTEMBER
from holdfast.foundation.audit.models import Change
from holdfast.insight.scores.tests.conftest import buys
from holdfast.records.commerce.models import Order
from holdfast.records.timeline import services as tasks
from holdfast.records.timeline.models import Task

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def money_in(year, month):
    """Revenue of a calendar month in minor units, by a plain loop over the orders."""
    return sum(
        order.revenue_minor
        for order in Order.objects.all()
        if (order.ordered_on.year, order.ordered_on.month) == (year, month) and order.voided_at is None
    )


@pytest.mark.shows("REP-01", "T10")
def test_a_draft_reconciles_both_months_to_the_cent(draft):
    rows = {row["code"]: row for row in draft.figures["movement"]["month"]["rows"]}
    total = rows.pop("total")

    assert (total["previous_minor"], total["current_minor"]) == (money_in(2026, 9), money_in(2026, 10))
    assert sum(row["delta_minor"] for row in rows.values()) == total["current_minor"] - total["previous_minor"]
    assert sum(row["n"] for row in rows.values()) == total["n"]


def test_the_bridge_splits_who_did_not_buy_and_still_adds_up(draft):
    from holdfast.doors.reports.writers.charts import steps

    first, *inner, last = steps(draft.figures)

    assert first["value"] + sum(step["value"] for step in inner) == last["value"]
    assert "lost" not in {step["tone"] for step in inner}


def test_drafting_twice_gives_the_same_figures_and_keeps_the_actions(draft, drafter):
    actions = list(draft.actions.values_list("pk", flat=True))

    again = services.draft_report(OCTOBER, by=drafter)

    assert again.pk == draft.pk
    assert again.sha256 == draft.sha256 == rules.checksum(draft.figures)
    assert list(again.actions.values_list("pk", flat=True)) == actions


@pytest.mark.shows("REP-04")
def test_a_draft_proposes_an_action_for_whoever_declines(draft, shop):
    declining = [row["customer_id"] for row in draft.figures["lists"]["declining"]["rows"]]
    left = [row["customer_id"] for row in draft.figures["lists"]["left"]["rows"]]

    proposed = set(draft.actions.values_list("customer_id", flat=True))

    assert proposed == set(declining) | set(left)


def test_the_running_month_has_no_report(scored, drafter):
    with pytest.raises(Refusal, match="还没有过完"):
        services.draft_report(OCTOBER.next, by=drafter)


def test_whoever_drafted_does_not_review(draft, drafter):
    with pytest.raises(Refusal, match="起草人不能审阅"):
        services.review_report(draft, by=drafter)


def test_nobody_signs_what_nobody_reviewed(draft, signer):
    with pytest.raises(Refusal, match="还没有人审阅"):
        services.sign_report(draft, seen_sha256=draft.sha256, by=signer)


def test_only_somebody_who_sees_all_customers_signs(draft, signer, manager):
    services.review_report(draft, by=signer)

    with pytest.raises(Refusal, match="全公司"):
        services.sign_report(draft, seen_sha256=draft.sha256, by=manager)


def test_figures_that_moved_after_reading_are_not_signed(draft, signer, shop):
    services.review_report(draft, by=signer)
    buys(shop["steady"], "2026-10-30")
    from holdfast.insight.scores import services as scoring

    scoring.score_month(OCTOBER)

    with pytest.raises(Refusal, match="数字在您看过之后变了"):
        services.sign_report(draft, seen_sha256=draft.sha256, by=signer)


@pytest.mark.shows("REP-02")
def test_a_signed_report_keeps_its_figures_when_an_old_order_changes(signed, shop, drafter):
    figures, checksum = signed.figures, signed.sha256
    late = buys(shop["steady"], "2026-10-30", amount=5000)[0]

    with pytest.raises(Refusal, match="不再改动"):
        services.draft_report(OCTOBER, by=drafter)

    signed.refresh_from_db()
    assert (signed.figures, signed.sha256) == (figures, checksum)
    assert rules.checksum(signed.figures) == checksum
    assert late.number not in str(signed.figures)


@pytest.mark.shows("REP-02")
def test_the_next_report_lists_what_came_late(signed, shop, drafter, today):
    import time_machine

    with time_machine.travel(dt.datetime(2026, 12, 3, 9, 0, tzinfo=dt.UTC)):
        late = buys(shop["steady"], "2026-10-30", amount=5000)[0]
        november = services.draft_report(OCTOBER.next, by=drafter)

    assert [fact["number"] for fact in november.figures["late"]] == [late.number]


@pytest.mark.shows("REP-03", "REP-04")
def test_signing_turns_every_customer_action_into_a_task_once(draft, signer, owner):
    action = draft.actions.exclude(customer=None).first()
    services.review_report(draft, by=signer)

    services.sign_report(draft, seen_sha256=draft.sha256, by=signer)

    task = Task.objects.get(source=action.source)
    assert (task.customer, task.assignee, task.due_on) == (action.customer, action.assignee, action.due_on)
    assert (
        Task.objects.filter(source__startswith="reports.action").count() == draft.actions.exclude(customer=None).count()
    )


def test_an_action_added_after_signing_becomes_a_task_too(signed, shop, owner, signer):
    action = services.add_action(
        signed,
        customer=shop["newcomer"],
        kind="thank",
        text="致谢",
        assignee=owner,
        due_on=dt.date(2026, 12, 1),
        by=signer,
    )

    assert Task.objects.get(source=action.source).title == "致谢"


def test_a_customer_has_one_action_a_report(draft, owner, signer):
    taken = draft.actions.exclude(customer=None).first()

    with pytest.raises(Refusal, match="已经有措施"):
        services.add_action(
            draft, customer=taken.customer, text="再来一件", assignee=owner, due_on=dt.date(2026, 12, 1), by=signer
        )


def test_an_action_of_a_signed_report_is_not_removed(signed, signer):
    with pytest.raises(Refusal, match="不能删除"):
        services.remove_action(signed.actions.first(), by=signer)


def test_a_company_action_is_finished_with_an_outcome(draft, owner, signer):
    action = services.add_action(draft, text="备货三套", assignee=owner, due_on=dt.date(2026, 12, 1), by=signer)

    with pytest.raises(Refusal, match="写一句结果"):
        services.finish_action(action, outcome=" ", by=owner)
    services.finish_action(action, outcome="已备货", by=owner)

    assert Action.objects.get(pk=action.pk).outcome == "已备货"


@pytest.mark.shows("REP-04", "CHU-12")
def test_the_next_report_checks_what_became_of_last_months_actions(scored, drafter, signer, shop, owner):
    september = services.draft_report(SEPTEMBER, by=drafter)
    services.add_action(
        september,
        customer=shop["riser"],
        kind="win_back",
        text="拜访",
        assignee=owner,
        due_on=dt.date(2026, 10, 9),
        by=signer,
    )
    services.review_report(september, by=signer)
    services.sign_report(september, seen_sha256=september.sha256, by=signer)
    task = Task.objects.get(customer=shop["riser"])
    tasks.finish_task(task, outcome="谈好年框", by=owner)

    october = services.draft_report(OCTOBER, by=drafter)

    check = next(row for row in october.figures["checks"]["rows"] if row["customer_id"] == shop["riser"].pk)
    assert (check["done"], check["said"], check["result"]) == (True, "谈好年框", "bought_again")
    assert check["current_minor"] == Decimal(2000) * 100
    assert october.figures["checks"]["month"] == "2026-09"


def test_a_reader_with_a_narrower_scope_gets_the_figures_of_that_scope(draft, owner, teammate):
    company = draft.figures["movement"]["month"]["rows"][-1]

    mine = queries.figures_for(draft, owner)["movement"]["month"]["rows"][-1]
    theirs = queries.figures_for(draft, teammate)["movement"]["month"]["rows"][-1]

    assert mine["current_minor"] + theirs["current_minor"] == company["current_minor"]
    assert "隔月建材" not in str(queries.figures_for(draft, owner))


@pytest.mark.shows("ARC-12")
def test_profit_is_left_out_for_a_reader_without_the_word(draft, drafter, signer):
    assert not drafter.sees_profit
    plain, full = queries.figures_for(draft, drafter), queries.figures_for(draft, signer)

    assert plain["profit_pareto"] is None
    assert all("profit_minor" not in row for row in plain["stars"])
    assert any("profit_minor" in row for row in full["stars"])


def test_every_step_stands_in_the_journal(signed):
    verbs = set(Change.objects.filter(model="reports.monthlyreport").values_list("verb", flat=True))

    assert verbs == {"draft", "review", "sign"}
