"""People, departments and roles, for who administers them."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from holdfast.common.refusals import Refusal
from holdfast.common.web import go, needs, refusals_on, show
from holdfast.foundation.accounts import queries, services
from holdfast.foundation.accounts.forms import DepartmentForm, PersonForm, RoleForm, depth
from holdfast.foundation.accounts.models import Department, Role, StaffRequest, User
from holdfast.foundation.accounts.rules import PERMISSION_NAMES, Permission


@require_GET
@needs(Permission.USER_ADMIN)
def people(request: StaffRequest) -> HttpResponse:
    departments = list(queries.departments())
    chosen = next((d for d in departments if str(d.pk) == request.GET.get("department")), None)
    text = request.GET.get("q", "").strip()[:60]
    state = {"off": False, "all": None}.get(request.GET.get("state", ""), True)
    for department in departments:
        department.depth = "　" * depth(department)  # type: ignore[attr-defined]
    context = {
        "people": queries.people(text, is_active=state, department=chosen)[:500],
        "departments": departments,
        "department": chosen,
        "text": text,
        "state": request.GET.get("state", ""),
    }
    return show(request, "accounts/people.html", context)


@require_http_methods(["GET", "POST"])
@needs(Permission.USER_ADMIN)
def person_new(request: StaffRequest) -> HttpResponse:
    form = PersonForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            user = services.add_user(**form.cleaned_data, by=request.user)
            return _show_link(request, user, is_new=True)
    return show(request, "accounts/person.html", {"form": form})


@require_http_methods(["GET", "POST"])
@needs(Permission.USER_ADMIN)
def person(request: StaffRequest, pk: int) -> HttpResponse:
    user = get_object_or_404(User, pk=pk)
    values = {name: getattr(user, name) for name in ("name", "login", "email", "phone", "department")}
    form = PersonForm(request.POST or None, initial={**values, "roles": user.roles.all()})
    if form.is_valid():
        with refusals_on(form):
            services.change_user(user, by=request.user, **form.cleaned_data)
            messages.success(request, _("已保存。"))
            return go(request, "accounts:people")
    user.refresh_from_db()
    return show(request, "accounts/person.html", {"form": form, "person": user})


@require_POST
@needs(Permission.USER_ADMIN)
def person_switch(request: StaffRequest, pk: int) -> HttpResponse:
    """Switch an account on or off."""
    user = get_object_or_404(User, pk=pk)
    try:
        if user.is_active:
            services.deactivate(user, by=request.user)
            messages.success(request, _("%(name)s 的账号已停用。") % {"name": user.name})
        else:
            services.activate(user, by=request.user)
            messages.success(request, _("%(name)s 的账号已启用。") % {"name": user.name})
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return go(request, "accounts:person", pk)


@never_cache
@require_POST
@needs(Permission.USER_ADMIN)
def person_link(request: StaffRequest, pk: int) -> HttpResponse:
    """Make a one-time link for a new password and show it this once."""
    user = get_object_or_404(User, pk=pk)
    try:
        return _show_link(request, user)
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return go(request, "accounts:person", pk)


def _show_link(request: StaffRequest, user: User, *, is_new: bool = False) -> HttpResponse:
    token = services.reset_link(user, by=request.user)
    link = request.build_absolute_uri(reverse("accounts:setup", args=[token]))
    return render(request, "accounts/link.html", {"person": user, "link": link, "is_new": is_new})


@require_http_methods(["GET", "POST"])
@needs(Permission.USER_ADMIN)
def department_new(request: StaffRequest) -> HttpResponse:
    form = DepartmentForm(request.POST or None, initial={"parent": request.GET.get("parent")})
    if form.is_valid():
        with refusals_on(form):
            services.add_department(**form.cleaned_data, by=request.user)
            return go(request, "accounts:people")
    return show(request, "accounts/department.html", {"form": form})


@require_http_methods(["GET", "POST"])
@needs(Permission.USER_ADMIN)
def department(request: StaffRequest, pk: int) -> HttpResponse:
    kept = get_object_or_404(Department, pk=pk)
    values = {name: getattr(kept, name) for name in ("name", "parent", "manager")}
    form = DepartmentForm(request.POST or None, initial=values, department=kept)
    if form.is_valid():
        with refusals_on(form):
            services.change_department(kept, by=request.user, **form.cleaned_data)
            return go(request, "accounts:people")
    return show(request, "accounts/department.html", {"form": form, "department": kept})


@require_POST
@needs(Permission.USER_ADMIN)
def department_remove(request: StaffRequest, pk: int) -> HttpResponse:
    kept = get_object_or_404(Department, pk=pk)
    try:
        services.remove_department(kept, by=request.user)
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return go(request, "accounts:department", pk)
    messages.success(request, _("部门“%(name)s”已删除。") % {"name": kept.name})
    return go(request, "accounts:people")


@require_GET
@needs(Permission.USER_ADMIN)
def roles(request: StaffRequest) -> HttpResponse:
    shown = list(queries.roles())
    for role in shown:
        role.word_names = [name for word, name in PERMISSION_NAMES.items() if word in role.words]  # type: ignore[attr-defined]
    return show(request, "accounts/roles.html", {"roles": shown, "n_words": len(Permission)})


@require_http_methods(["GET", "POST"])
@needs(Permission.USER_ADMIN)
def role_new(request: StaffRequest) -> HttpResponse:
    form = RoleForm(request.POST or None, initial={"scope": "own"})
    if form.is_valid():
        with refusals_on(form):
            services.add_role(**form.cleaned_data, by=request.user)
            return go(request, "accounts:roles")
    return show(request, "accounts/role.html", {"form": form})


@require_http_methods(["GET", "POST"])
@needs(Permission.USER_ADMIN)
def role(request: StaffRequest, pk: int) -> HttpResponse:
    kept = get_object_or_404(Role, pk=pk)
    values = {name: getattr(kept, name) for name in ("name", "name_en", "scope", "words")}
    form = RoleForm(request.POST or None, initial=values)
    if form.is_valid():
        with refusals_on(form):
            services.change_role(kept, by=request.user, **form.cleaned_data)
            messages.success(request, _("角色“%(name)s”已保存。") % {"name": kept})
            return go(request, "accounts:roles")
    return show(request, "accounts/role.html", {"form": form, "role": kept})


@require_POST
@needs(Permission.USER_ADMIN)
def role_remove(request: StaffRequest, pk: int) -> HttpResponse:
    kept = get_object_or_404(Role, pk=pk)
    try:
        services.remove_role(kept, by=request.user)
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return go(request, "accounts:role", pk)
    return go(request, "accounts:roles")
