"""Permission words, data scopes and the roles a new company starts with."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class Permission(StrEnum):
    """What a role may do. Whose customers it may do it to is the scope's matter."""

    CUSTOMER_VIEW = "customer_view"
    CUSTOMER_EDIT = "customer_edit"
    CUSTOMER_ASSIGN = "customer_assign"
    CUSTOMER_EXPORT = "customer_export"
    ORDER_EDIT = "order_edit"
    INVOICE_EDIT = "invoice_edit"
    PRODUCT_EDIT = "product_edit"
    TASK_EDIT = "task_edit"
    FEEDBACK_EDIT = "feedback_edit"
    TOPIC_EDIT = "topic_edit"
    IMPORT = "import"
    SEE_PROFIT = "see_profit"
    VALUE_VIEW = "value_view"
    SCORE_RUN = "score_run"
    STAR_OVERRIDE = "star_override"
    STAR_APPROVE = "star_approve"
    DEFINITION_EDIT = "definition_edit"
    STANDARD_EDIT = "standard_edit"
    REPORT_VIEW = "report_view"
    REPORT_DRAFT = "report_draft"
    REPORT_SIGN = "report_sign"
    CONTACT_REVEAL = "contact_reveal"
    CUSTOMER_MERGE = "customer_merge"
    PRIVACY_ADMIN = "privacy_admin"
    FIELD_ADMIN = "field_admin"
    VIEW_SHARE = "view_share"
    JOURNAL_VIEW = "journal_view"
    USER_ADMIN = "user_admin"
    SYSTEM_ADMIN = "system_admin"


P = Permission
PERMISSION_NAMES = {
    P.CUSTOMER_VIEW: _("查看客户"),
    P.CUSTOMER_EDIT: _("编辑客户"),
    P.CUSTOMER_ASSIGN: _("转交客户"),
    P.CUSTOMER_EXPORT: _("导出客户"),
    P.ORDER_EDIT: _("编辑订单"),
    P.INVOICE_EDIT: _("记发票与回款"),
    P.PRODUCT_EDIT: _("编辑产品"),
    P.TASK_EDIT: _("派任务"),
    P.FEEDBACK_EDIT: _("记客户的话"),
    P.TOPIC_EDIT: _("管理客户之声的主题"),
    P.IMPORT: _("导入数据"),
    P.SEE_PROFIT: _("查看成本与毛利"),
    P.VALUE_VIEW: _("查看价值看板"),
    P.SCORE_RUN: _("重新评分"),
    P.STAR_OVERRIDE: _("申请调整星级"),
    P.STAR_APPROVE: _("批准调整星级"),
    P.DEFINITION_EDIT: _("修改评分口径"),
    P.STANDARD_EDIT: _("修改服务标准"),
    P.REPORT_VIEW: _("查看维析月报"),
    P.REPORT_DRAFT: _("起草维析月报"),
    P.REPORT_SIGN: _("签发维析月报"),
    P.CONTACT_REVEAL: _("直接看到号码与邮箱"),
    P.CUSTOMER_MERGE: _("合并客户"),
    P.PRIVACY_ADMIN: _("办理个人信息请求"),
    P.FIELD_ADMIN: _("管理自定义字段"),
    P.VIEW_SHARE: _("共享视图"),
    P.JOURNAL_VIEW: _("查看变更日志"),
    P.USER_ADMIN: _("管理人员与角色"),
    P.SYSTEM_ADMIN: _("管理系统"),
}

# What an API token may be given: the words that an address of the API asks for, or that open what it tells.
BY_TOKEN = frozenset({
    P.CUSTOMER_VIEW, P.CUSTOMER_EDIT, P.CUSTOMER_ASSIGN, P.ORDER_EDIT, P.INVOICE_EDIT, P.PRODUCT_EDIT, P.TASK_EDIT,
    P.FEEDBACK_EDIT, P.TOPIC_EDIT, P.SEE_PROFIT, P.VALUE_VIEW, P.CONTACT_REVEAL, P.JOURNAL_VIEW, P.CUSTOMER_MERGE,
})  # fmt: skip
NEVER_BY_TOKEN = frozenset(Permission) - BY_TOKEN
READING_WORDS = frozenset({P.CUSTOMER_VIEW, P.VALUE_VIEW, P.JOURNAL_VIEW})
TOKEN_DAYS = 90
MOST_TOKEN_DAYS = 365


class Scope(StrEnum):
    """Whose customers a person sees, narrowest first."""

    OWN = "own"
    DEPARTMENT = "department"
    BELOW = "below"
    ALL = "all"


SCOPE_NAMES = {
    Scope.OWN: _("本人"),
    Scope.DEPARTMENT: _("本部门"),
    Scope.BELOW: _("本部门及下级"),
    Scope.ALL: _("全公司"),
}
SCOPE_ORDER = list(Scope)

SALES = {
    P.CUSTOMER_VIEW,
    P.CUSTOMER_EDIT,
    P.ORDER_EDIT,
    P.INVOICE_EDIT,
    P.TASK_EDIT,
    P.FEEDBACK_EDIT,
    P.REPORT_VIEW,
    P.VALUE_VIEW,
    P.STAR_OVERRIDE,
}
SALES_MANAGER = SALES | {
    P.CUSTOMER_ASSIGN, P.CUSTOMER_EXPORT, P.PRODUCT_EDIT, P.IMPORT, P.SEE_PROFIT, P.SCORE_RUN, P.STAR_APPROVE,
    P.REPORT_SIGN, P.VIEW_SHARE, P.CONTACT_REVEAL, P.STANDARD_EDIT, P.CUSTOMER_MERGE,
}  # fmt: skip
SERVICE = {P.CUSTOMER_VIEW, P.CUSTOMER_EDIT, P.TASK_EDIT, P.FEEDBACK_EDIT, P.REPORT_VIEW}
SERVICE_MANAGER = SERVICE | {
    P.CUSTOMER_EXPORT, P.IMPORT, P.VALUE_VIEW, P.SCORE_RUN, P.STAR_OVERRIDE, P.REPORT_DRAFT, P.VIEW_SHARE,
    P.CONTACT_REVEAL, P.STANDARD_EDIT, P.CUSTOMER_MERGE, P.TOPIC_EDIT,
}  # fmt: skip
ANALYST = {
    P.CUSTOMER_VIEW, P.CUSTOMER_EXPORT, P.SEE_PROFIT, P.VALUE_VIEW, P.SCORE_RUN, P.DEFINITION_EDIT, P.REPORT_VIEW,
    P.REPORT_DRAFT, P.VIEW_SHARE, P.FEEDBACK_EDIT, P.TOPIC_EDIT,
}  # fmt: skip
AUDITOR = {P.CUSTOMER_VIEW, P.JOURNAL_VIEW, P.REPORT_VIEW, P.VALUE_VIEW}

# code → (Chinese name, English name, words, scope)
BUILT_IN_ROLES: dict[str, tuple[str, str, set[Permission], Scope]] = {
    "admin": ("系统管理员", "Administrator", set(Permission), Scope.ALL),
    "sales_manager": ("销售主管", "Sales manager", SALES_MANAGER, Scope.BELOW),
    "sales": ("销售", "Sales", SALES, Scope.OWN),
    "service_manager": ("客服主管", "Service manager", SERVICE_MANAGER, Scope.ALL),
    "service": ("客服", "Service", SERVICE, Scope.DEPARTMENT),
    "analyst": ("分析员", "Analyst", ANALYST, Scope.ALL),
    "auditor": ("审计员", "Auditor", AUDITOR, Scope.ALL),
}


def widest(scopes: Iterable[str]) -> Scope:
    """The widest of several scopes; nobody without a role sees more than their own."""
    return max((Scope(scope) for scope in scopes), key=SCOPE_ORDER.index, default=Scope.OWN)
