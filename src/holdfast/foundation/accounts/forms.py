"""What people type about people."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.utils.translation import gettext_lazy as _

from holdfast.foundation.accounts.models import Department, Role, User
from holdfast.foundation.accounts.rules import (
    NEVER_BY_TOKEN,
    PERMISSION_NAMES,
    READING_WORDS,
    SCOPE_NAMES,
    TOKEN_DAYS,
)

LOGIN_PATTERN = r"[\w.@+\-]+"


class LoginForm(AuthenticationForm):
    """Name and password."""

    error_messages = {
        "invalid_login": _("登录名或密码不对。请再试一次；连续 5 次不对会锁定 15 分钟。"),
        "inactive": _("这个账号已停用。请联系系统管理员。"),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("登录名")
        self.fields["password"].label = _("密码")


def login_field() -> forms.RegexField:
    return forms.RegexField(
        LOGIN_PATTERN,
        label=_("登录名"),
        max_length=60,
        help_text=_("字母、数字和 . _ - @，登录时用。"),
        error_messages={"invalid": _("登录名只能用字母、数字和 . _ - @ +，请去掉空格和其他符号。")},
    )


class NewPasswordForm(forms.Form):
    """A new password, twice; checked against the person's own name."""

    new = forms.CharField(
        label=_("新密码"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("再输一次"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, user: User | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["new"].help_text = " ".join(password_validators_help_texts()[1:2])

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        new, again = values.get("new"), values.get("again")
        if new and again and new != again:
            self.add_error("again", _("两次输入不一样。请再输一次。"))
        if new:
            self._check(new, values)
        return values

    def _check(self, new: str, values: dict[str, Any]) -> None:
        try:
            validate_password(new, self.user or User(login=values.get("login", ""), name=values.get("name", "")))
        except forms.ValidationError as error:
            self.add_error("new", error)


class PasswordForm(NewPasswordForm):
    """The old password first."""

    old = forms.CharField(
        label=_("现在的密码"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    field_order = ["old", "new", "again"]

    def clean_old(self) -> str:
        old = self.cleaned_data["old"]
        if self.user is None or not self.user.check_password(old):
            raise forms.ValidationError(_("现在的密码不对。请再输一次。"))
        return old


class SetupForm(NewPasswordForm):
    """The first administrator."""

    login = login_field()
    name = forms.CharField(label=_("姓名"), max_length=60)
    field_order = ["name", "login", "new", "again"]


class PersonForm(forms.Form):
    """One person."""

    name = forms.CharField(label=_("姓名"), max_length=60)
    login = login_field()
    email = forms.EmailField(label=_("邮箱"), required=False)
    phone = forms.CharField(label=_("电话"), max_length=40, required=False)
    department = forms.ModelChoiceField(
        Department.objects.none(), label=_("部门"), required=False, empty_label=_("不属于部门")
    )
    roles = forms.ModelMultipleChoiceField(
        Role.objects.none(),
        label=_("角色"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("没有角色的人可以登录，但看不到任何客户。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = Department.objects.order_by("path")  # type: ignore[attr-defined]
        self.fields["department"].label_from_instance = indented  # type: ignore[attr-defined]
        self.fields["roles"].queryset = Role.objects.order_by("pk")  # type: ignore[attr-defined]


class DepartmentForm(forms.Form):
    """One department; `department` given: what lies below it cannot be its parent."""

    name = forms.CharField(label=_("名称"), max_length=80)
    parent = forms.ModelChoiceField(
        Department.objects.none(), label=_("上级部门"), required=False, empty_label=_("最上级")
    )
    manager = forms.ModelChoiceField(User.objects.none(), label=_("负责人"), required=False, empty_label=_("暂无"))

    def __init__(self, *args: Any, department: Department | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parents = Department.objects.order_by("path")
        if department:
            parents = parents.exclude(path__startswith=department.path)
        self.fields["parent"].queryset = parents  # type: ignore[attr-defined]
        self.fields["parent"].label_from_instance = indented  # type: ignore[attr-defined]
        self.fields["manager"].queryset = User.objects.filter(is_active=True)  # type: ignore[attr-defined]


def indented(department: Department) -> str:
    """The name, set in by its depth in the tree."""
    return "　" * depth(department) + department.name


def depth(department: Department) -> int:
    return department.path.strip("/").count("/")


def word_choices() -> list[tuple[str, Any]]:
    return [(str(word), name) for word, name in PERMISSION_NAMES.items()]


def scope_choices() -> list[tuple[str, Any]]:
    return [(str(scope), name) for scope, name in SCOPE_NAMES.items()]


class RoleForm(forms.Form):
    """A role's name, scope and permission words."""

    name = forms.CharField(label=_("名称"), max_length=60)
    name_en = forms.CharField(label=_("英文名"), max_length=60, required=False)
    scope = forms.ChoiceField(label=_("看得到谁的客户"), choices=scope_choices, widget=forms.RadioSelect)
    words = forms.MultipleChoiceField(
        label=_("权限"), choices=word_choices, required=False, widget=forms.CheckboxSelectMultiple
    )


class SaveViewForm(forms.Form):
    """A list's query under a name."""

    page = forms.RegexField(r"[a-z_:.]+", max_length=40)
    name = forms.CharField(max_length=40)
    query = forms.CharField(max_length=2000, required=False)
    shared = forms.BooleanField(required=False)


PRESETS = {"read": _("只读：查询和同步"), "work": _("读写：除管理外，与我相同"), "chosen": _("自选")}
TOKEN_SPANS = {30: _("30 天"), 90: _("90 天"), 180: _("180 天"), 365: _("一年")}


class ApiTokenForm(forms.Form):
    """A token's name, how long it lives, and what of the person's own words it may use."""

    name = forms.CharField(label=_("名称"), max_length=60, help_text=_("写哪个程序在用它，例如“官网留言”。"))
    preset = forms.ChoiceField(
        label=_("能做什么"), choices=lambda: list(PRESETS.items()), widget=forms.RadioSelect, initial="read"
    )
    words = forms.MultipleChoiceField(
        label=_("自选的权限"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("上面选了“自选”才算数。"),
    )
    days = forms.TypedChoiceField(
        label=_("有效期"), coerce=int, choices=lambda: list(TOKEN_SPANS.items()), initial=TOKEN_DAYS,
        help_text=_("到期前在这里另建一个，换好后撤销旧的。"),
    )  # fmt: skip

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.own = {
            word: name for word, name in PERMISSION_NAMES.items() if viewer.may(word) and word not in NEVER_BY_TOKEN
        }
        self.fields["words"].choices = [(str(word), name) for word, name in self.own.items()]  # type: ignore[attr-defined]

    def fields_for_service(self) -> dict[str, Any]:
        given = self.cleaned_data
        words = {
            "read": [word for word in self.own if word in READING_WORDS],
            "work": list(self.own),
            "chosen": given["words"],
        }[given["preset"]]
        return {"name": given["name"], "words": words, "days": given["days"]}
