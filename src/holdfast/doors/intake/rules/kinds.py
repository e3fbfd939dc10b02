"""The kinds of import: their fields, their options, and what they ask of the importer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from holdfast.common.sheets import Role
from holdfast.doors.intake.rules.comment_fields import COMMENTS_FIELDS
from holdfast.doors.intake.rules.fields import CUSTOMER_FIELDS, ORDER_FIELDS, PRODUCT_FIELDS, Field
from holdfast.doors.intake.rules.owned_fields import (
    CONTACTS_FIELDS,
    CUSTOMER_KEYS,
    INTERACTIONS_FIELDS,
    INVOICES_FIELDS,
    NEEDS_FIELDS,
    PAYMENTS_FIELDS,
)
from holdfast.foundation.accounts.rules import Permission

ON_DUPLICATE: Mapping[str, Promise] = {
    "skip": _("跳过，不动已有的"),
    "fill": _("只补空白，不改已有内容"),
    "update": _("用文件里的内容更新"),
    "create": _("仍然新建"),
}
MATCH: Mapping[str, Promise] = {
    "auto": _("客户编号、信用代码，其次电话、名称、邮箱"),
    "code": _("只看客户编号"),
    "uscc": _("只看统一社会信用代码"),
    "phone": _("只看电话"),
    "name": _("只看名称"),
    "email": _("只看邮箱"),
}
OWNER: Mapping[str, Promise] = {
    "me": _("归我"),
    "pool": _("放入公海"),
    "none": _("暂不归属"),
}
PRODUCTS: Mapping[str, Promise] = {
    "create": _("新建产品"),
    "text": _("只留文字，不建产品"),
}
CUSTOMERS: Mapping[str, Promise] = {
    "create": _("按文件新建客户"),
    "reject": _("退回，不写入"),
}

KEYS = {field.name for field in CUSTOMER_KEYS}


@dataclass(frozen=True)
class Kind:
    """One kind of file. `options`: option → the choices it has here; the first is what happens unasked."""

    name: str
    title: Promise | str
    hint: Promise | str
    icon: str
    fields: tuple[Field, ...]
    words: tuple[Permission, ...]
    options: Mapping[str, tuple[str, ...]]

    def field(self, name: str) -> Field:
        return next(field for field in self.fields if field.name == name)

    def shown_fields(self, sees_profit: bool) -> tuple[Field, ...]:
        """The fields this importer may fill; cost only with see_profit."""
        return tuple(field for field in self.fields if sees_profit or not field.secret)

    def roles(self, sees_profit: bool) -> list[Role]:
        return [field.role for field in self.shown_fields(sees_profit)]

    def missing(self, columns: Iterable[str]) -> list[Field]:
        """Required fields that no column holds; an order also needs a customer and a quantity or an amount."""
        there = set(columns)
        lacking = [field for field in self.fields if field.required and field.name not in there]
        if self.name == "orders":
            if not there & {"customer_code", "customer_name"}:
                lacking.append(self.field("customer_code"))
            if not there & {"quantity", "amount"}:
                lacking.append(self.field("quantity"))
        if self.is_owned and not there & (KEYS | ({"invoice"} if self.name == "payments" else set())):
            lacking.append(self.field("customer_code"))
        return lacking

    @property
    def is_owned(self) -> bool:
        """Its rows belong to customers, whom a column has to name."""
        return self.fields is not ORDER_FIELDS and any(field is CUSTOMER_KEYS[0] for field in self.fields)


KINDS: Mapping[str, Kind] = {
    "customers": Kind(
        "customers", pgettext_lazy("import", "客户"), _("客户和联系人，一行一位；同一客户多行就是多位联系人"), "users", CUSTOMER_FIELDS,
        (Permission.IMPORT, Permission.CUSTOMER_EDIT),
        {"on_duplicate": ("fill", "skip", "update", "create"), "match": tuple(MATCH), "owner": tuple(OWNER)},
    ),
    "products": Kind(
        "products", pgettext_lazy("import", "产品"), _("产品编号、名称、价格和成本，一行一个"), "package", PRODUCT_FIELDS,
        (Permission.IMPORT, Permission.PRODUCT_EDIT),
        {"on_duplicate": ("fill", "skip", "update")},
    ),
    "orders": Kind(
        "orders", pgettext_lazy("import", "订单"), _("一行一个商品；同一订单号的各行是一张订单"), "receipt", ORDER_FIELDS,
        (Permission.IMPORT, Permission.ORDER_EDIT),
        {"on_duplicate": ("skip", "update"), "customers": ("reject", "create"), "products": tuple(PRODUCTS),
         "drop_duplicates": ("no", "yes"), "owner": tuple(OWNER)},
    ),
    "contacts": Kind(
        "contacts", pgettext_lazy("import", "联系人"), _("给已有客户添联系人，一行一位"), "id-badge", CONTACTS_FIELDS,
        (Permission.IMPORT, Permission.CUSTOMER_EDIT),
        {"on_duplicate": ("fill", "skip", "update"), "customers": ("reject", "create"), "owner": tuple(OWNER)},
    ),
    "interactions": Kind(
        "interactions", pgettext_lazy("import", "联系记录"), _("拜访、电话、微信等往来，一行一次"), "message-2",
        INTERACTIONS_FIELDS, (Permission.IMPORT, Permission.TASK_EDIT),
        {"on_duplicate": ("skip",), "customers": ("reject", "create"), "owner": tuple(OWNER)},
    ),
    "needs": Kind(
        "needs", pgettext_lazy("import", "需求与偏好"), _("客户说过的话：需求、偏好、爱好、要求，一行一条"), "heart", NEEDS_FIELDS,
        (Permission.IMPORT, Permission.CUSTOMER_EDIT),
        {"on_duplicate": ("skip", "update"), "customers": ("reject", "create"), "owner": tuple(OWNER)},
    ),
    "comments": Kind(
        "comments", pgettext_lazy("import", "客户之声"), _("投诉、评价和问卷回答，一行一条：原话、分数，或两样都有"), "message-heart",
        COMMENTS_FIELDS, (Permission.IMPORT, Permission.FEEDBACK_EDIT),
        {"on_duplicate": ("skip",), "customers": ("reject", "create"), "owner": tuple(OWNER)},
    ),
    "invoices": Kind(
        "invoices", pgettext_lazy("import", "发票"), _("发票号、客户、开票日、到期日和含税金额，一行一张"), "file-invoice",
        INVOICES_FIELDS, (Permission.IMPORT, Permission.INVOICE_EDIT),
        {"on_duplicate": ("skip", "update"), "customers": ("reject", "create"), "owner": tuple(OWNER)},
    ),
    "payments": Kind(
        "payments", pgettext_lazy("import", "回款"), _("到账日和金额；写了发票号就核销它，没写就按到期先后核销"), "cash",
        PAYMENTS_FIELDS, (Permission.IMPORT, Permission.INVOICE_EDIT),
        {"on_duplicate": ("skip", "update", "create"), "customers": ("reject", "create"), "owner": tuple(OWNER)},
    ),
}  # fmt: skip
CHOICES: Mapping[str, Mapping[str, Promise]] = {
    "on_duplicate": ON_DUPLICATE,
    "match": MATCH,
    "owner": OWNER,
    "products": PRODUCTS,
    "customers": CUSTOMERS,
    "drop_duplicates": {"no": _("照样写入"), "yes": _("只写一次")},
}
DATE_ORDERS: Mapping[str, Promise] = {
    "": _("自动识别"),
    "ymd": _("年/月/日"),
    "dmy": _("日/月/年"),
    "mdy": _("月/日/年"),
}


def default_options(kind: str) -> dict[str, str]:
    return {name: choices[0] for name, choices in KINDS[kind].options.items()}


def settled_options(kind: str, given: Mapping[str, str]) -> dict[str, str]:
    """Every option of this kind: as given where that is one of its choices, else what happens unasked."""
    known = KINDS[kind].options
    return {name: given[name] if given.get(name) in choices else choices[0] for name, choices in known.items()}
