"""What belongs to somebody else, with marks that can be recognised anywhere, and how each address is filled in.

A room that adds a page adds here what its address needs, and the marks of what it keeps about a customer.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from django.utils import timezone

from holdfast.actions.care import services as care
from holdfast.doors.intake.services import name_mapping
from holdfast.doors.intake.tests import making
from holdfast.doors.reports import services as reports
from holdfast.doors.reports.models import Action
from holdfast.foundation.accounts import services as accounts
from holdfast.foundation.accounts.models import Role
from holdfast.foundation.accounts.rules import Permission
from holdfast.foundation.accounts.tests.factories import DepartmentFactory, UserFactory
from holdfast.foundation.jobs.models import Job
from holdfast.foundation.notices import services as notices
from holdfast.insight.outlook import services as outlook
from holdfast.insight.scores import services as scores
from holdfast.insight.scores.models import Override
from holdfast.insight.voice import services as voice
from holdfast.insight.voice.models import CompanyModel, FoundTopic
from holdfast.records.commerce import services as commerce
from holdfast.records.customers import services as customers
from holdfast.records.customers.models import DuplicatePair
from holdfast.records.customers.services import fields
from holdfast.records.feedback import services as feedback
from holdfast.records.timeline import services as timeline

MONTH = "2026-10"
# Nothing a stranger is sent may hold one of these.
MARKS = [
    "隐形标记精密机械", "标记简称", "13987654321", "zz-marker@", "标记路77号", "标记要求", "标记联系人", "91310000MARKER",
    "ZZMARK01", "ZZORD-0001", "标记备注", "标记货物", "标记任务", "标记标签", "标记视图", "标记理由", "标记行动",
    "ZZIMPORT", "标记导入",
    "标记需求", "标记仓库", "标记关系", "标记往来", "标记凭据", "标记核实", "标记重复", "标记已并",
    "ZZINV-1", "ZZREF-1", "标记发票", "标记承诺", "标记回款",
    "标记交谈", "标记正文", "标记文件", "标记说明", "标记内容", "禁看内容", "标记礼品", "标记计划",
    "标记原话", "标记看法", "标记诉求", "标记环节", "标记约定",
]  # fmt: skip

# Nothing that who sees masks is sent may hold one of these: the holder's customer's numbers, whole, and what stands in
# a field for another role.
NUMBERS = ["13987654321", "zz-marker@example.com", "zzmarker_wechat", "禁看内容"]


def make() -> SimpleNamespace:
    """A customer of somebody else with everything that can hang on one; two people who may see none of it, and one who
    may see all of it, but numbers and addresses only as masks."""
    here = DepartmentFactory(name="有客户的部门")
    holder = UserFactory(login="holder", name="持有人", role="admin", department=here)
    customer = _customer(holder, here)
    related = _related(customer, holder, here)
    field = _fields(customer, holder)
    order = _orders(customer, holder)
    _money(customer, order, holder)
    task = timeline.open_task(
        customer, kind="call", title="标记任务", assignee=holder, due_on=dt.date(2026, 11, 22), by=holder
    )
    contact = timeline.add_interaction(
        customer, channel="call", at=timezone.now(), summary="标记交谈", by=holder, minutes=7
    )
    document = timeline.add_document(
        customer,
        file=io.BytesIO("标记正文".encode()),
        name="标记文件.txt",
        folder="contract",
        by=holder,
        note="标记说明",
    )
    token, _secret = accounts.add_api_token(holder, name="标记令牌", words=["customer_view"], by=holder)
    view = accounts.save_view("customers", "标记视图", "q=标记视图", by=holder)
    imp = making.checked(
        making.csv_file(making.CUSTOMER_HEADINGS, [["标记导入有限公司", "标记联系人乙", "13987654322", *[""] * 7]]),
        "customers",
        holder,
        "ZZIMPORT.csv",
    )
    mapping = name_mapping(imp, "公司的对应方案", by=holder)
    report = _scored_and_reported(holder)
    override = Override.objects.create(
        customer=customer, stars=5, reason="标记理由", requested_by=holder, expires_on=dt.date(2027, 1, 1)
    )
    action = reports.add_action(
        report,
        customer=customer,
        kind="win_back",
        text="标记行动",
        assignee=holder,
        due_on=dt.date(2026, 11, 28),
        by=holder,
    )
    gift, focus = _cared_for(customer, holder)
    comment, merged, model = _said(customer, order, holder)
    need, found = _needed(customer, holder)
    notice = notices.notify(holder, kind="标记通知", key="1", payload={}, url=f"/tasks/{task.pk}/")
    job = Job.objects.create(name="jobs.housekeeping", by=holder, error="标记备注", state="failed")
    role = Role.objects.create(code="everything", name="样样都行", words=sorted(Permission), scope="own")
    there = DepartmentFactory(name="别的部门")
    words = sorted(set(Permission) - {Permission.CONTACT_REVEAL})
    masked = Role.objects.create(code="masked", name="样样都行，只看掩码", words=words, scope="all")
    return SimpleNamespace(
        holder=holder, related=related, voiced=need, found=found, comment=comment, topics_merged=merged, model=model,
        customer=customer, field=field, order=order, task=task, contact=contact, document=document, view=view,
        imp=imp, mapping=mapping, report=report, override=override,
        token=token, action=action, gift=gift, focus=focus, job=job, notice=notice,
        department=here, role=role, product=order.lines.first().product,
        limited=UserFactory(login="limited", name="只看掩码的人", roles=[masked], department=there),
        strangers={
            "sales": UserFactory(login="stranger", name="陌生人", role="sales", department=there),
            "every word": UserFactory(login="stranger2", name="陌生人二", roles=[role], department=there),
        },
    )  # fmt: skip


def _fields(customer: Any, holder: Any) -> Any:
    """A field of the company's own, and one that is open to a role which nobody here has."""
    field = fields.add_field(by=holder, label="自家字段", kind="text", is_filterable=True, in_list=True)
    closed = fields.add_field(
        by=holder, label="限看字段", kind="text", is_filterable=True, in_list=True, view_roles=["nobody"]
    )
    customers.change_customer(customer, by=None, custom={field.code: "标记内容", closed.code: "禁看内容"})
    return field


def _customer(holder: Any, department: Any) -> Any:
    return customers.add_customer(
        by=holder, owner=holder, department=department, code="ZZMARK01", name="隐形标记精密机械有限公司",
        short_name="标记简称", phone="13987654321", email="zz-marker@example.com", address="标记路77号",
        special_requirements="标记要求", first_seen_on=dt.date(2025, 1, 1), tags=["标记标签"],
        contacts=[{
            "name": "标记联系人甲", "phone": "13987654321", "email": "zz-marker@example.com",
            "wechat": "zzmarker_wechat", "birth_calendar": "solar", "birth_month": 11, "birth_day": 23,
        }],
    )  # fmt: skip


def _related(customer: Any, holder: Any, department: Any) -> dict[str, Any]:
    """What hangs on a customer: what it said, where it is, whom it knows, what it asked, its doubles."""
    day = dt.date(2026, 11, 2)
    other, double, twin = (
        customers.add_customer(by=holder, owner=holder, department=department, name=name)
        for name in ("标记关系有限公司", "标记重复有限公司", "标记已并有限公司")
    )
    leaver = UserFactory(login="leaver", name="离职人", role="sales", department=department)
    return {
        "other": double,
        "need": customers.add_need(customer, kind="requirement", text="标记需求", said_on=day, by=holder),
        "address": customers.add_address(customer, kind="delivery", address="标记仓库", by=holder),
        "relation": customers.add_relation(customer, kind="partner", other=other, by=holder, note="标记往来"),
        "consent": customers.add_consent(
            customer, purpose="marketing", channel="sms", is_given=True, on=day, how="标记凭据", by=holder
        ),
        "request": customers.open_request(customer, kind="access", asked_on=day, identity_check="标记核实", by=holder),
        "pair": DuplicatePair.objects.create(first=customer, second=double, score=80, reasons=["name"]),
        "merge": customers.merge_customers(other, twin, by=holder),
        "handover": customers.hand_over(leaver, holder, by=holder)[0],
    }


def _orders(customer: Any, holder: Any) -> Any:
    product = commerce.add_product(by=holder, code="P1", name="滤芯", price=Decimal("12.5"), cost=Decimal("8"))
    days = [dt.date(2025, 3, 1) + dt.timedelta(days=30 * n) for n in range(17)]
    rows = [
        {
            "number": f"ZZORD-{n:04d}", "customer": customer, "ordered_on": day, "note": "标记备注",
            "lines": [
                {"product": product, "text": "标记货物", "quantity": Decimal(3), "price": Decimal("1234.5")},
                {"text": "标记货物", "quantity": Decimal(1), "price": Decimal("77")},
            ],
        }
        for n, day in enumerate(days, start=1)
    ]  # fmt: skip
    return commerce.add_orders(rows, by=holder)[0]


def _money(customer: Any, order: Any, holder: Any) -> None:
    """An invoice with a promise, and a payment that settles part of it."""
    invoice = commerce.add_invoice(
        customer, number="ZZINV-1", issued_on=dt.date(2026, 9, 1), due_on=dt.date(2026, 10, 1), amount_minor=1_234_500,
        order=order, note="标记发票", by=holder,
    )  # fmt: skip
    commerce.add_promise(
        invoice,
        promised_on=dt.date(2026, 11, 30),
        amount_minor=500,
        note="标记承诺",
        made_on=dt.date(2026, 11, 1),
        by=holder,
    )
    commerce.add_payment(
        customer, received_on=dt.date(2026, 10, 9), amount_minor=700, reference="ZZREF-1", note="标记回款", by=holder
    )


def _said(customer: Any, order: Any, holder: Any) -> tuple[Any, Any, Any]:
    """A comment that was read, an answer to a survey, two topics made one, a model of the company's own."""
    when = timezone.make_aware(dt.datetime(2026, 11, 3, 10))
    comment = feedback.add_comment(
        customer, said_at=when, text="标记原话：标记看法的包装破了", channel="complaint", order=order, by=holder
    )
    feedback.add_comment(customer, said_at=when, csat=2, nps=3, text="标记原话二", channel="survey", by=holder)
    voice.read_comments()
    one, other = (feedback.add_topic(name, by=holder) for name in ("安装", "培训"))
    merged = feedback.merge_topics([one], into=other, by=holder)
    model = CompanyModel.objects.create(version="own 1", labelled=200, path="voice/none", trained_by=holder)
    return comment, merged, model


def _needed(customer: Any, holder: Any) -> tuple[Any, Any]:
    """What was agreed with the customer out of what it said, and a topic that the machine found."""
    topic = feedback.add_topic("驻场", by=holder)
    need = voice.keep_need(
        None, by=holder, topic=topic, kind="individual", customer=customer, text="标记诉求", driver="标记环节",
        decision="agreement", reason="标记约定",
    )  # fmt: skip
    found = FoundTopic.objects.create(
        key="found:1", words=["发票", "抬头"], comments=9, customers=5, found_on=dt.date(2026, 11, 2)
    )
    return need, found


def _invoice(world: Any) -> int:
    return world.customer.invoices.get().pk


def _payment(world: Any) -> int:
    return world.customer.payments.get().pk


def _cared_for(customer: Any, holder: Any) -> tuple[Any, Any]:
    """Duties with their tasks, a gift that waits for an answer, and a plan."""
    from holdfast.common.months import Month

    customer.refresh_from_db()
    care.open_duties(Month(2026, 11))
    care.plan_tasks(dt.date(2026, 11, 22))
    gift = care.add_gift(
        customer, item="标记礼品", cost_minor=900_000, on=dt.date(2026, 11, 2), by=holder, reason="标记礼品理由"
    )
    focus = care.add_focus(
        customer, goal="标记计划", plan="标记计划", leader=holder, review_on=dt.date(2027, 1, 5), by=holder
    )
    return gift, focus


def _scored_and_reported(holder: Any) -> Any:
    from holdfast.common.months import Month

    for month in ("2026-09", MONTH, "2026-11"):
        scores.score_month(month, by=holder)
    outlook.make_outlook(is_fresh=False)
    return reports.draft_report(Month.parse(MONTH), by=holder)


World = SimpleNamespace
# "room:page.param", else "room.param" → what stands in the address. A parameter without a line here fails the walk.
SAMPLES: dict[str, Callable[[World], Any]] = {
    "api.tag": lambda world: "customers",
    "api.rest": lambda world: f"customers/{world.customer.pk}",
    "accounts.token": lambda world: "not-a-token",
    "accounts:department.pk": lambda world: world.department.pk,
    "accounts:department_remove.pk": lambda world: world.department.pk,
    "accounts:person.pk": lambda world: world.holder.pk,
    "accounts:person_link.pk": lambda world: world.holder.pk,
    "accounts:person_switch.pk": lambda world: world.holder.pk,
    "accounts:role.pk": lambda world: world.role.pk,
    "accounts:role_remove.pk": lambda world: world.role.pk,
    "accounts:token_revoke.pk": lambda world: world.token.pk,
    "accounts:view_remove.pk": lambda world: world.view.pk,
    "audit.subject": lambda world: f"customers.customer:{world.customer.pk}",
    "care:gift_answer.pk": lambda world: world.gift.pk,
    "care:focus_edit.pk": lambda world: world.focus.pk,
    "care:focus_end.pk": lambda world: world.focus.pk,
    "care:panel.pk": lambda world: world.customer.pk,
    "commerce.pk": lambda world: world.order.pk,
    "commerce.invoice": _invoice,
    "commerce.promise": lambda world: world.customer.invoices.get().promises.get().pk,
    "commerce:credit_use.pk": _invoice,
    "commerce:invoice.pk": _invoice,
    "commerce:invoice_dispute.pk": _invoice,
    "commerce:invoice_edit.pk": _invoice,
    "commerce:invoice_promise.pk": _invoice,
    "commerce:invoice_settle.pk": _invoice,
    "commerce:invoice_use.pk": _invoice,
    "commerce:invoice_void.pk": _invoice,
    "commerce:invoice_write_off.pk": _invoice,
    "commerce:promise_remove.pk": _invoice,
    "commerce:payment.pk": _payment,
    "commerce:payment_allocate.pk": _payment,
    "commerce:payment_bounce.pk": _payment,
    "commerce:payment_free.pk": _payment,
    "commerce:payment_void.pk": _payment,
    "commerce:money_panel.pk": lambda world: world.customer.pk,
    "commerce:panel.pk": lambda world: world.customer.pk,
    "commerce:product_edit.pk": lambda world: world.product.pk,
    "customers.pk": lambda world: world.customer.pk,
    "customers:field_archive.field": lambda world: world.field.pk,
    "customers:field_edit.field": lambda world: world.field.pk,
    "customers:field_move.field": lambda world: world.field.pk,
    "customers:reveal.field": lambda world: "phone",
    "customers:view_remove.pk": lambda world: world.view.pk,
    "customers.keep": lambda world: world.customer.pk,
    "customers.drop": lambda world: world.related["other"].pk,
    "customers:pair_decide.pk": lambda world: world.related["pair"].pk,
    "customers:merge_undo.pk": lambda world: world.related["merge"].pk,
    "customers:handover_undo.pk": lambda world: world.related["handover"].pk,
    "customers:need.pk": lambda world: world.related["need"].pk,
    "customers:address.pk": lambda world: world.related["address"].pk,
    "customers:relation_remove.pk": lambda world: world.related["relation"].pk,
    "customers:privacy_answer.pk": lambda world: world.related["request"].pk,
    "desk.pk": lambda world: world.customer.pk,
    "intake.kind": lambda world: "customers",
    "intake.number": lambda world: 1,
    "intake.pk": lambda world: world.imp.pk,
    "intake:mapping_edit.pk": lambda world: world.mapping.pk,
    "intake:mapping_remove.pk": lambda world: world.mapping.pk,
    "jobs.pk": lambda world: world.job.pk,
    "notices.pk": lambda world: world.notice.pk,
    "reports.action": lambda world: Action.objects.get(text="标记行动").pk,
    "reports.month": lambda world: MONTH,
    "outlook.pk": lambda world: world.customer.pk,
    "scores.pk": lambda world: world.customer.pk,
    "scores:override-answer.pk": lambda world: world.override.pk,
    "scores:override-end.pk": lambda world: world.override.pk,
    "quality.pk": lambda world: 1,
    "scores:matrix-cell.cell": lambda world: "A1",
    "scores:matrix-export.cell": lambda world: "A1",
    "feedback.pk": lambda world: world.comment.pk,
    "voice.pk": lambda world: world.comment.pk,
    "voice:panel.pk": lambda world: world.customer.pk,
    "voice:need.pk": lambda world: world.voiced.pk,
    "voice:need_edit.pk": lambda world: world.voiced.pk,
    "voice:need_archive.pk": lambda world: world.voiced.pk,
    "voice:found_accept.pk": lambda world: world.found.pk,
    "voice:found_dismiss.pk": lambda world: world.found.pk,
    "voice:found_reopen.pk": lambda world: world.found.pk,
    "voice.batch": lambda world: world.topics_merged.pk,
    "voice:model_use.pk": lambda world: world.model.pk,
    "voice:model_stop.pk": lambda world: world.model.pk,
    "timeline.token": lambda world: "not-a-token",
    "timeline.pk": lambda world: world.task.pk,
    "timeline.number": lambda world: 1,
    "timeline:document.pk": lambda world: world.document.pk,
    "timeline:document_add.pk": lambda world: world.customer.pk,
    "timeline:document_move.pk": lambda world: world.document.pk,
    "timeline:document_remove.pk": lambda world: world.document.pk,
    "timeline:document_restore.pk": lambda world: world.document.pk,
    "timeline:documents.pk": lambda world: world.customer.pk,
    "timeline:download.pk": lambda world: world.document.pk,
    "timeline:folder.pk": lambda world: world.document.folder_id,
    "timeline:history.pk": lambda world: world.customer.pk,
    "timeline:interaction.pk": lambda world: world.contact.pk,
    "timeline:interaction_edit.pk": lambda world: world.contact.pk,
    "timeline:interaction_remove.pk": lambda world: world.contact.pk,
    "timeline:preview.pk": lambda world: world.document.pk,
    "timeline:panel.pk": lambda world: world.customer.pk,
}
# Further questions that a page answers by its query string; none of them spells out a mark, so an echo is no find.
QUERIES: dict[str, list[str]] = {
    "voice:comments": ["q=隐形", "q=原话", "owner={holder}", "tone=negative", "scored=nps", "topic=delivery"],
    "voice:topics": ["owner={holder}"],
    "voice:needs": ["owner={holder}", "topic=delivery"],
    "voice:need_new": ["topic=delivery", "topic=delivery&customer={customer}"],
    "voice:satisfaction": ["owner={holder}"],
    "customers:duplicates": ["which=dismissed", "which=merged", "after=99-999999"],
    "customers:handover": ["from_user={holder}&to_user={stranger}"],
    "desk:search": ["q=隐形", "q=4321", "q=ZZMARK0", "q=yxbj", "part=suggest&q=隐形", "part=suggest&q=4321"],
    "customers:list": [
        "q=隐形",
        "q=4321",
        "q=yxbj",
        "stars=5",
        "sort=-name",
        "archived=1",
        "cols=phone,code,tags",
        "cols=custom_zijiaziduan,custom_xiankanziduan",
    ],
    "customers:reveal": ["person={person}"],
    "customers:export": ["q=隐形", "format=xlsx"],
    "commerce:orders": ["q=ZZORD", "customer={customer}", "q=隐形"],
    "commerce:order_new": ["customer={customer}"],
    "commerce:invoice_new": ["customer={customer}", "order=1"],
    "commerce:payment_new": ["customer={customer}", "invoice=1"],
    "commerce:receivables": [
        "by=invoice",
        "customer={customer}",
        "q=隐形",
        "q=ZZINV",
        "owner={holder}",
        "promise=waiting",
    ],
    "commerce:receivables_export": ["q=隐形", "by=invoice"],
    "outlook:receivables": [
        "customer={customer}",
        "q=隐形",
        "q=ZZINV",
        "owner={holder}",
        "week=later",
        "high=1",
        "print=1",
    ],
    "outlook:receivables-export": ["q=隐形"],
    "outlook:demand-customers": ["q=隐形", "owner={holder}", "sort=next", "department=none"],
    "outlook:demand-export": ["owner={holder}"],
    "timeline:tasks": ["who=all", "state=done", "assignee={holder}", "mine=0"],
    "timeline:task_new": ["customer={customer}"],
    "timeline:log": ["customer={customer}"],
    "timeline:history": ["q=标记", "kind=contact", "after=2027-01-01T00:00:00%2B00:00~9"],
    "care:execution": ["month=2026-10", "people=all"],
    "care:mine": ["all=1", "owner={holder}"],
    "care:rows": ["month=2026-11", "owner={holder}", "stars=5", "kind=minutes", "missing=1"],
    "care:gift_new": ["customer={customer}"],
    "care:focus_new": ["customer={customer}"],
    "scores:value": ["month=2026-10", "by=stars"],
    "scores:segments": ["month=2026-10", "by=stars", "by=profit", "show=value"],
    "scores:matrix": ["month=2026-10", "show=revenue"],
    "quality:chart": ["pair=invoice_paid", "pair=task_done", "kept=1"],
    "quality:jobs": [
        "pair=order_delivered&target=7&limit=9&months=12",
        "pair=task_done&target=7&limit=9&months=0&open=1",
    ],
    "scores:matrix-cell": ["month=2026-10", "customer={customer}"],
    "scores:customers": ["month=2026-10", "movement=stable", "stars=5", "stage=mature", "format=xlsx"],
    "scores:override-new": ["customer={customer}"],
    "audit:journal": ["who=持有人", "model=customers.customer"],
    "reports:action-new": ["customer={customer}"],
}
# What a stranger would try to send; every unsafe page gets the first, these get more.
FORM = {
    "pk": "{customer}", "pks": "{customer}", "customer": "{customer}", "customers": "{customer}", "action": "tag",
    "tag": "抢", "to": "{stranger}", "owner": "{stranger}", "assignee": "{stranger}", "name": "改名", "text": "改",
    "kind": "call", "title": "改", "due_on": "2026-12-01", "outcome": "抢", "reason": "抢", "stars": "1",
    "expires_on": "2027-01-01", "month": MONTH, "format": "xlsx", "answer": "approve", "phone": "139 8765 4321",
}  # fmt: skip
FORMS: dict[str, list[dict[str, str]]] = {
    "customers:handover": [{"from_user": "{holder}", "to_user": "{stranger}", "confirmed": "1"}],
    "customers:merge_with": [{"other": "标记重复有限公司"}, {"other": "ZZMARK01"}],
    "customers:relation_add": [{"kind": "partner", "other": "ZZMARK01"}],
    "customers:bulk": [{"action": action} for action in ("assign", "tag", "archive", "export", "untag")],
    "customers:export": [{}, {"format": "csv"}],
    "customers:reveal": [{"why": "call", "note": "13987654321"}],
    "customers:check": [{"name": "隐形标记精密机械（有限公司）"}, {"email": "ZZ-MARKER@example.com", "name": "别人"}],
}
PUBLIC = {
    "accounts:login", "accounts:logout", "accounts:language", "accounts:setup",
    "timeline:calendar_file",  # by its secret address alone: see test_calendar.py
    "api:root", "api:v1", "api:document",  # by token alone: see test_api_walk.py
}  # fmt: skip
