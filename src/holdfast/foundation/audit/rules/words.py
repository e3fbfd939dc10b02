"""Names of verbs, things and columns, as the journal shows them; a code without a name is shown as it is."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

VERBS = {
    "create": pgettext_lazy("done", "新增"),
    "add": pgettext_lazy("done", "新增"),
    "change": pgettext_lazy("done", "修改"),
    "delete": pgettext_lazy("done", "删除"),
    "undo": pgettext_lazy("done", "撤销"),
    "import": pgettext_lazy("done", "导入"),
    "assign": pgettext_lazy("done", "转交"),
    "tag": pgettext_lazy("done", "打标签"),
    "archive": pgettext_lazy("done", "归档"),
    "restore": pgettext_lazy("done", "恢复"),
    "open": pgettext_lazy("done", "派出"),
    "reassign": pgettext_lazy("done", "转派"),
    "reopen": pgettext_lazy("done", "重新打开"),
    "snooze": pgettext_lazy("done", "推迟"),
    "log": pgettext_lazy("done", "记录联系"),
    "view": pgettext_lazy("done", "查看"),
    "download": pgettext_lazy("done", "下载"),
    "erase": pgettext_lazy("done", "抹去"),
    "draft": pgettext_lazy("done", "起草"),
    "review": pgettext_lazy("done", "复核"),
    "freeze": pgettext_lazy("done", "冻结"),
    "void": pgettext_lazy("done", "作废"),
    "sign": pgettext_lazy("done", "签发"),
    "override": pgettext_lazy("done", "调整星级"),
    "approve": pgettext_lazy("done", "批准"),
    "reject": pgettext_lazy("done", "驳回"),
    "finish": pgettext_lazy("done", "完成"),
    "publish": pgettext_lazy("done", "发布"),
    "export": pgettext_lazy("done", "导出"),
    "reveal": pgettext_lazy("done", "查看完整号码"),
    "activate": pgettext_lazy("done", "启用"),
    "deactivate": pgettext_lazy("done", "停用"),
    "password": pgettext_lazy("done", "设置密码"),
    "reset_link": pgettext_lazy("done", "发一次性链接"),
    "revoke": pgettext_lazy("done", "撤销令牌"),
}
MODELS = {
    "customers.customer": pgettext_lazy("thing", "客户"),
    "customers.contact": pgettext_lazy("thing", "联系人"),
    "customers.customfield": pgettext_lazy("thing", "自定义字段"),
    "customers.tag": pgettext_lazy("thing", "标签"),
    "customers.collaborator": pgettext_lazy("thing", "协作人"),
    "customers.pool": pgettext_lazy("thing", "公海"),
    "commerce.order": pgettext_lazy("thing", "订单"),
    "commerce.orderline": pgettext_lazy("thing", "订单行"),
    "commerce.product": pgettext_lazy("thing", "产品"),
    "timeline.task": pgettext_lazy("thing", "任务"),
    "timeline.interaction": pgettext_lazy("thing", "联系"),
    "timeline.document": pgettext_lazy("thing", "文件"),
    "timeline.version": pgettext_lazy("thing", "文件版本"),
    "timeline.folder": pgettext_lazy("thing", "文件夹"),
    "timeline.usualminutes": pgettext_lazy("thing", "联系用时"),
    "scores.override": pgettext_lazy("thing", "星级调整"),
    "scores.definition": pgettext_lazy("thing", "评分口径"),
    "scores.run": pgettext_lazy("thing", "评分"),
    "reports.monthlyreport": pgettext_lazy("thing", "维析月报"),
    "reports.action": pgettext_lazy("thing", "月报行动"),
    "intake.import": pgettext_lazy("thing", "导入"),
    "accounts.user": pgettext_lazy("thing", "人员"),
    "accounts.department": pgettext_lazy("thing", "部门"),
    "accounts.role": pgettext_lazy("thing", "角色"),
    "accounts.apitoken": pgettext_lazy("thing", "API 令牌"),
    "audit.export": pgettext_lazy("thing", "导出"),
}
FIELDS = {
    "address": _("地址"),
    "at": _("时间"),
    "author_id": _("记录人"),
    "contact_id": _("联系人"),
    "deleted_at": _("删除时间"),
    "deleted_by_id": _("删除人"),
    "direction": _("谁联系谁"),
    "document_id": _("文件"),
    "folder_id": _("文件夹"),
    "is_sensitive": _("敏感"),
    "minutes": _("分钟"),
    "on": _("日期"),
    "participants": _("参加的同事"),
    "size_bytes": _("大小"),
    "summary": _("谈了什么"),
    "task_id": _("任务"),
    "amount_minor": _("金额"),
    "archived_at": _("归档时间"),
    "assignee_id": _("负责人"),
    "birth_calendar": _("生日历法"),
    "birth_day": _("生日（日）"),
    "birth_month": _("生日（月）"),
    "birth_year": _("生日（年）"),
    "category": _("品类"),
    "contacts": _("联系人"),
    "lines": _("订单行"),
    "channel": _("渠道"),
    "city": _("城市"),
    "code": _("编号"),
    "cost": _("成本"),
    "cost_minor": _("成本"),
    "cost_price": _("成本价"),
    "currency": _("币种"),
    "customer_id": _("客户"),
    "department_id": _("部门"),
    "done_at": _("完成时间"),
    "done_by_id": _("完成人"),
    "due_on": _("到期日"),
    "due_time": _("到期时间"),
    "escalated_at": _("告诉主管的时间"),
    "follows_id": _("接着哪一项"),
    "remind_at": _("提醒时间"),
    "remind_minutes": _("提前几分钟提醒"),
    "repeat": _("重复"),
    "expires_on": _("到期日"),
    "frozen_at": _("冻结时间"),
    "frozen_by_id": _("冻结人"),
    "grade": _("利润等级"),
    "is_built_in": _("系统自带"),
    "language": _("语言"),
    "opened_by_id": _("派发人"),
    "quantity": _("数量"),
    "rate": _("汇率"),
    "returns_id": _("原订单"),
    "revealed": _("看的是"),
    "revenue_minor": _("不含税金额"),
    "why": _("用途"),
    "email": _("邮箱"),
    "first_seen_on": _("首次记录"),
    "industry": _("行业"),
    "is_active": _("在用"),
    "is_primary": _("首要联系人"),
    "kind": _("类型"),
    "list_price": _("目录价"),
    "login": _("登录名"),
    "manager_id": _("负责人"),
    "month": _("月份"),
    "must_change_password": _("须换密码"),
    "name": _("名称"),
    "name_en": _("英文名"),
    "note": _("备注"),
    "number": _("单号"),
    "ordered_on": _("下单日"),
    "outcome": _("结果"),
    "owner_id": _("归属人"),
    "parent_id": _("上级部门"),
    "phone": _("电话"),
    "pool_id": _("公海"),
    "price": _("单价"),
    "province": _("省份"),
    "page": _("页面"),
    "label": _("名称"),
    "label_en": _("英文名"),
    "choices": _("可选项"),
    "group": _("分组"),
    "help": _("填写说明"),
    "is_required": _("必填"),
    "is_filterable": _("可筛选"),
    "in_list": _("列表默认显示"),
    "view_roles": _("可见角色"),
    "edit_roles": _("可填角色"),
    "position": _("顺序"),
    "custom": _("自定义字段"),
    "filter": _("条件"),
    "rows": _("行数"),
    "numbers": _("号码"),
    "file": _("文件类型"),
    "reason": _("原因"),
    "roles": _("角色"),
    "scope": _("数据范围"),
    "short_name": _("简称"),
    "source": _("来源"),
    "special_requirements": _("特殊要求"),
    "stars": _("星级"),
    "state": _("状态"),
    "tags": _("标签"),
    "title": _("标题"),
    "unit": _("单位"),
    "uscc": _("统一社会信用代码"),
    "wechat": _("微信"),
    "words": _("权限"),
}


_values: dict[tuple[str, str], dict[str, Any]] = {}


def register_values(model: str, field: str, names: dict[str, Any]) -> None:
    """Names of a column's stored codes, where the model itself has no choices for them."""
    _values[model, field] = names


def value_names(model: str, field: str) -> dict[str, Any]:
    return _values.get((model, field), {})


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
        return gettext("是") if value else gettext("否")
    if isinstance(value, dict):
        return gettext("有内容")
    if isinstance(value, list | tuple) and any(isinstance(part, dict) for part in value):
        return gettext("%(n)d 条") % {"n": len(value)}  # rows of their own, with fields of their own to hide
    if isinstance(value, list | tuple):
        return "、".join(value_text(part) for part in value)
    return str(value)
