"""Names of verbs, things and columns, as the journal shows them; a code without a name is shown as it is."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

VERBS = {
    "create": lazy("新建"),
    "add": lazy("新建"),
    "change": lazy("修改"),
    "delete": lazy("删除"),
    "undo": lazy("撤销"),
    "import": lazy("导入"),
    "assign": lazy("转交"),
    "tag": lazy("打标签"),
    "archive": lazy("归档"),
    "void": lazy("作废"),
    "sign": lazy("签发"),
    "override": lazy("调整星级"),
    "approve": lazy("批准"),
    "reject": lazy("驳回"),
    "finish": lazy("完成"),
    "publish": lazy("发布"),
    "export": lazy("导出"),
    "activate": lazy("启用"),
    "deactivate": lazy("停用"),
    "password": lazy("设置密码"),
    "reset_link": lazy("发一次性链接"),
}
MODELS = {
    "customers.customer": lazy("客户"),
    "customers.contact": lazy("联系人"),
    "customers.tag": lazy("标签"),
    "customers.collaborator": lazy("协作人"),
    "customers.pool": lazy("公海"),
    "commerce.order": lazy("订单"),
    "commerce.orderline": lazy("订单行"),
    "commerce.product": lazy("产品"),
    "timeline.task": lazy("任务"),
    "scores.override": lazy("星级调整"),
    "scores.definition": lazy("评分口径"),
    "scores.run": lazy("评分"),
    "reports.report": lazy("维析月报"),
    "reports.action": lazy("月报行动"),
    "intake.batch": lazy("导入"),
    "accounts.user": lazy("人员"),
    "accounts.department": lazy("部门"),
    "accounts.role": lazy("角色"),
}
FIELDS = {
    "address": lazy("地址"),
    "amount_minor": lazy("金额"),
    "archived_at": lazy("归档时间"),
    "assignee_id": lazy("负责人"),
    "birth_calendar": lazy("生日历法"),
    "birth_day": lazy("生日（日）"),
    "birth_month": lazy("生日（月）"),
    "birth_year": lazy("生日（年）"),
    "category": lazy("品类"),
    "channel": lazy("渠道"),
    "city": lazy("城市"),
    "code": lazy("编号"),
    "cost": lazy("成本"),
    "cost_minor": lazy("成本"),
    "cost_price": lazy("成本价"),
    "currency": lazy("币种"),
    "customer_id": lazy("客户"),
    "department_id": lazy("部门"),
    "due_on": lazy("到期日"),
    "email": lazy("邮箱"),
    "first_seen_on": lazy("首次记录"),
    "industry": lazy("行业"),
    "is_active": lazy("可登录"),
    "is_primary": lazy("首要联系人"),
    "kind": lazy("类型"),
    "list_price": lazy("目录价"),
    "login": lazy("登录名"),
    "manager_id": lazy("负责人"),
    "month": lazy("月份"),
    "name": lazy("名称"),
    "name_en": lazy("英文名"),
    "note": lazy("备注"),
    "number": lazy("单号"),
    "ordered_on": lazy("下单日"),
    "outcome": lazy("结果"),
    "owner_id": lazy("归属人"),
    "parent_id": lazy("上级部门"),
    "phone": lazy("电话"),
    "pool_id": lazy("公海"),
    "price": lazy("单价"),
    "profit_grade": lazy("利润等级"),
    "province": lazy("省份"),
    "reason": lazy("原因"),
    "roles": lazy("角色"),
    "scope": lazy("数据范围"),
    "short_name": lazy("简称"),
    "source": lazy("来源"),
    "special_requirements": lazy("特殊要求"),
    "stars": lazy("星级"),
    "state": lazy("状态"),
    "tags": lazy("标签"),
    "title": lazy("标题"),
    "unit": lazy("单位"),
    "uscc": lazy("统一社会信用代码"),
    "wechat": lazy("微信"),
    "words": lazy("权限"),
}


def verb_name(code: str) -> str:
    return str(VERBS.get(code, code))


def model_name(code: str) -> str:
    return str(MODELS.get(code, code.rpartition(".")[2]))


def field_name(code: str) -> str:
    return str(FIELDS.get(code, code))


def value_text(value: Any) -> str:
    """A stored value for reading."""
    if value is None or value == "" or value == []:
        return "—"
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, list | tuple):
        return "、".join(value_text(part) for part in value)
    return str(value)
