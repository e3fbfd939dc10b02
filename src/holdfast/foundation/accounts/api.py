"""The addresses of the token's own person, of people and departments, and of saved views."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.db.models import QuerySet
from django.http import Http404
from pydantic import Field

from holdfast.common.api import Asked, In, Out, Room, Sort, Text, Whole, etag_of, flag, listed, page_of, text
from holdfast.foundation.accounts import queries, services
from holdfast.foundation.accounts.models import Department, SavedView, StaffRequest, User
from holdfast.foundation.accounts.rules import Permission, Scope

router = Room("accounts")
VIEW = Permission.CUSTOMER_VIEW
BY_NAME, BY_PATH, BY_PLACE = Sort("name", "name"), Sort("path", "path"), Sort("place", "position")


class MeOut(Out):
    id: int
    name: str = ""
    login: str = ""
    department_id: int | None = None
    scope: str = ""
    words: list[str] = []
    token: str = ""
    token_expires_at: datetime | None = None


class PersonOut(Out):
    id: int
    name: str = ""
    department_id: int | None = None


class DepartmentOut(Out):
    id: int
    name: str = ""
    parent_id: int | None = None
    manager_id: int | None = None


class ViewOut(Out):
    id: int
    page: str = ""
    name: str = ""
    query: str = ""
    is_shared: bool = False
    is_mine: bool = False


class ViewIn(In):
    """`query` as the address of the page has it, for example `stars=5&sort=stake`; the same name again replaces it."""

    page: Annotated[str, Field(pattern="^[a-z_:.]{1,40}$")]
    name: Text(40, 1)  # type: ignore[valid-type]
    query: Text(2000) = ""  # type: ignore[valid-type]


@router.gets("/me", "get_me", "Who the token acts as", gives=MeOut, words=[VIEW])
def get_me(request: StaffRequest, asked: Asked) -> dict[str, Any]:
    """The token's person, scope and permission words; a good first request."""
    user, token = request.user, request.api_token  # type: ignore[attr-defined]
    return asked.cut({
        "id": user.pk, "name": user.name, "login": user.login, "department_id": user.department_id,
        "scope": str(user.scope), "words": sorted(user.words), "token": token.name, "token_expires_at": token.expires_at,
    })  # fmt: skip


@router.lists("/people", "list_people", "List people", gives=PersonOut, words=[VIEW], params=[text("q", 60)])
def list_people(request: StaffRequest, asked: Asked) -> dict[str, Any]:
    """Colleagues to whom you may give customers and tasks."""
    found = queries.assignable_users(request.user)
    if asked.get("q"):
        found = found.filter(name__icontains=asked.get("q"))
    page = page_of(found, BY_NAME, asked.cursor, asked.limit)
    return listed(page.rows, lambda row: asked.cut(_shown(row, PersonOut)), page.next)


def _shown(row: Any, shape: type[Out]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in shape.model_fields}


@router.lists("/departments", "list_departments", "List departments", gives=DepartmentOut, words=[VIEW])
def list_departments(request: StaffRequest, asked: Asked) -> dict[str, Any]:
    """Departments that your scope reaches, and your own; from the root down."""
    page = page_of(_departments(request.user), BY_PATH, asked.cursor, asked.limit)
    return listed(page.rows, lambda row: asked.cut(_shown(row, DepartmentOut)), page.next)


def _departments(viewer: User) -> QuerySet[Department]:
    if viewer.scope == Scope.ALL:
        return Department.objects.all()
    return Department.objects.filter(pk__in={*viewer.department_ids, viewer.department_id or 0})


@router.lists(
    "/saved-views", "list_saved_views", "List saved views", gives=ViewOut, words=[VIEW],
    params=[text("page", 40), flag("mine")],
)  # fmt: skip
def list_saved_views(request: StaffRequest, asked: Asked) -> dict[str, Any]:
    """Your own views, and those that others share."""
    found = queries.saved_views(request.user, asked.get("page", "customers"))
    if "mine" in asked.values:
        found = found.filter(owner=request.user) if asked.get("mine") else found.exclude(owner=request.user)
    page = page_of(found, BY_PLACE, asked.cursor, asked.limit)
    return listed(page.rows, lambda row: asked.cut(_view(request.user, row)), page.next)


def _view(viewer: User, view: SavedView) -> dict[str, Any]:
    names = ("id", "page", "name", "query", "is_shared")
    return {name: getattr(view, name) for name in names} | {"is_mine": view.owner_id == viewer.pk}


@router.adds("/saved-views", "create_saved_view", "Save a view", gives=ViewOut, words=[VIEW, Permission.CUSTOMER_EDIT])
def create_saved_view(request: StaffRequest, body: ViewIn) -> Whole:
    """Keep a list's filters under a name."""
    view = services.save_view(body.page, body.name, body.query, by=request.user)
    return Whole(_view(request.user, view), etag_of(view))


@router.removes("/saved-views/{int:pk}", "delete_saved_view", "Remove a view", words=[VIEW, Permission.CUSTOMER_EDIT])
def delete_saved_view(request: StaffRequest, pk: int) -> None:
    """Remove one of your own views."""
    view = SavedView.objects.filter(pk=pk, owner=request.user).first()
    if view is None:
        raise Http404
    services.remove_view(view, by=request.user)
