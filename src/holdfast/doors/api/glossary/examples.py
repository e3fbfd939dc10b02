"""Examples of bodies, as they stand in the document and in the box for trying."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
CUSTOMER: Json = {
    "name": "杭州明达机械有限公司", "phone": "13812341234", "city": "杭州", "industry": "机械", "tags": ["重点"],
    "contacts": [{"name": "王敏", "title": "采购", "phone": "13900001111"}],
}  # fmt: skip
LINE: Json = {"product_code": "LX-200", "quantity": "3", "price": "128.50", "tax_rate": "0.13"}
ORDER: Json = {"number": "SO-2026-0001", "customer_id": 12, "ordered_on": "2026-10-08", "lines": [LINE]}
INVOICE: Json = {
    "number": "FP-2026-0001", "customer_id": 12, "issued_on": "2026-10-08", "due_on": "2026-11-07", "amount_minor": 43562,
}  # fmt: skip
PAYMENT: Json = {"customer_id": 12, "received_on": "2026-11-03", "amount_minor": 43562, "method": "bank"}
TASK: Json = {"customer_id": 12, "title": "确认续订", "due_on": "2026-10-12", "kind": "call"}
CONTACTED: Json = {
    "customer_id": 12,
    "channel": "call",
    "at": "2026-10-08T09:30:00+08:00",
    "minutes": 12,
    "summary": "要新报价",
}
NEED: Json = {
    "customer_id": 12,
    "kind": "preference",
    "text": "只收上午送货",
    "said_on": "2026-10-08",
    "source": "call",
}
COMMENT: Json = {
    "customer_id": 12,
    "said_at": "2026-10-08T09:30:00+08:00",
    "text": "送货很快，就是包装破了",
    "channel": "phone",
    "csat": 4,
}
VOICE_NEED: Json = {
    "topic": "delivery",
    "kind": "common",
    "text": "说好哪天到，就哪天到",
    "decision": "process",
    "measure": "准时到货率",
    "unit": "%",
    "target": 98,
    "limit": 95,
}
EVENT: Json = {
    "id": "web-8841",
    "customer_code": "C000012",
    "kind": "browse",
    "at": "2026-10-08T09:30:00+08:00",
    "what": "滤芯",
}
PRODUCT: Json = {"code": "LX-200", "name": "滤芯 200", "unit": "个", "price": "128.50"}

# Shape → an example of it.
EXAMPLES: dict[str, Json] = {
    "VoiceNeedIn": VOICE_NEED,
    "VoiceNeedPatch": {"decision": "declined", "reason": "运费太贵"},
    "CustomerIn": CUSTOMER,
    "CustomerChange": {"city": "宁波", "version": 3},
    "CustomersIn": {"rows": [CUSTOMER]},
    "AssignIn": {"owner_id": 5, "reason": "换区"},
    "ContactIn": {"name": "李强", "title": "厂长", "phone": "13900002222"},
    "ContactPatch": {"title": "总经理"},
    "NeedIn": NEED,
    "NeedsIn": {"rows": [NEED]},
    "SaidIn": {"on": "2026-10-08"},
    "SupersedeIn": {"text": "下午送货也可以", "said_on": "2026-10-20", "source": "call"},
    "AddressIn": {"customer_id": 12, "kind": "delivery", "address": "滨江区江南大道 18 号 3 号库", "city": "杭州"},
    "AddressPatch": {"note": "周末不收货"},
    "RelationIn": {"customer_id": 12, "other_id": 40, "kind": "parent"},
    "ConsentIn": {
        "customer_id": 12,
        "purpose": "marketing",
        "channel": "wechat",
        "is_given": True,
        "on": "2026-10-08",
        "how": "合同第 3 页签字",
    },
    "MergeIn": {"drop_id": 57, "versions": [3, 1], "choices": {"phone": "drop"}},
    "GiftIn": {"customer_id": 12, "item": "龙井两盒", "cost_minor": 36000, "on": "2026-10-08", "occasion": "中秋"},
    "CommentIn": COMMENT,
    "CommentsIn": {"rows": [COMMENT]},
    "CommentPatch": {"text": "送货很快，就是两箱包装破了"},
    "ReadingIn": {"tone": "negative", "is_complaint": True, "topics": ["delivery"]},
    "TaskIn": TASK,
    "TasksIn": {"rows": [TASK]},
    "TaskPatch": {"assignee_id": 5, "due_on": "2026-10-15"},
    "FinishIn": {"outcome": "已续订，下月发货", "minutes": 15},
    "InteractionIn": CONTACTED,
    "InteractionsIn": {"rows": [CONTACTED]},
    "InteractionPatch": {"minutes": 20},
    "ProductIn": PRODUCT,
    "ProductsIn": {"rows": [PRODUCT]},
    "ProductPatch": {"price": "132"},
    "OrderIn": ORDER,
    "OrdersIn": {"rows": [ORDER]},
    "OrderPatch": {"note": "分两批发货"},
    "InvoiceIn": INVOICE,
    "InvoicesIn": {"rows": [INVOICE]},
    "InvoicePatch": {"due_on": "2026-11-30"},
    "DayIn": {"on": "2026-11-10"},
    "SettleIn": {"lost": True},
    "PaymentIn": PAYMENT,
    "PaymentsIn": {"rows": [PAYMENT]},
    "PromiseIn": {"promised_on": "2026-11-15", "amount_minor": 43562},
    "EventIn": EVENT,
    "EventsIn": {"rows": [EVENT]},
    "ViewIn": {"page": "customers", "name": "五星客户", "query": "stars=5&sort=stake"},
}
