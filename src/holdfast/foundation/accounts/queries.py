"""Read people, departments, roles and saved views."""

from __future__ import annotations

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from holdfast.foundation.accounts.models import ApiToken, Department, Role, SavedView, SetupToken, User
from holdfast.foundation.accounts.rules import Permission, Scope


def assignable_users(viewer: User) -> QuerySet[User]:
    """Whom this person may give a customer or a task to: oneself, and whoever the scope reaches."""
    people = User.objects.filter(is_active=True)
    if viewer.scope == Scope.ALL:
        return people
    return people.filter(Q(pk=viewer.pk) | Q(department__in=viewer.department_ids))


def saved_views(viewer: User, page: str) -> QuerySet[SavedView]:
    """One's own views of a page, then those shared by others."""
    seen = SavedView.objects.filter(page=page).filter(Q(owner=viewer) | Q(is_shared=True))
    return seen.select_related("owner").order_by("position", "pk")


def people(text: str = "", *, is_active: bool | None = None, department: Department | None = None) -> QuerySet[User]:
    """Everybody, with department and roles, by name."""
    found = User.objects.select_related("department").prefetch_related("roles")
    if is_active is not None:
        found = found.filter(is_active=is_active)
    if department:
        found = found.filter(department__path__startswith=department.path)
    if text:
        found = found.filter(Q(name__icontains=text) | Q(login__icontains=text) | Q(email__icontains=text))
    return found.order_by("-is_active", "name", "pk")


def departments() -> QuerySet[Department]:
    """The tree from the root down, each with its manager and number of active members."""
    members = Count("members", filter=Q(members__is_active=True))
    return Department.objects.select_related("manager").annotate(n_members=members).order_by("path")


def roles() -> QuerySet[Role]:
    return Role.objects.annotate(n_users=Count("users", filter=Q(users__is_active=True))).order_by("pk")


def has_administrator() -> bool:
    """Whether somebody active may manage people."""
    return User.objects.filter(is_active=True, roles__code="admin").exists()


def token_of(digest: str) -> SetupToken | None:
    """An unused, unexpired one-time token."""
    open_tokens = SetupToken.objects.filter(used_at=None, expires_at__gt=timezone.now())
    return (
        open_tokens.select_related("user").filter(digest=digest).filter(Q(user=None) | Q(user__is_active=True)).first()
    )


def holders(word: Permission) -> list[User]:
    """Active people whose roles hold a permission word."""
    everybody = User.objects.filter(is_active=True).prefetch_related("roles")
    return [user for user in everybody if user.may(word)]


def api_tokens(viewer: User) -> QuerySet[ApiToken]:
    """One's own tokens, those in force first, the newest first."""
    return ApiToken.objects.visible_to(viewer).order_by(F("revoked_at").asc(nulls_first=True), "-pk")


def api_token_of(digest: str) -> ApiToken | None:
    """The token in force of an active person, with person, department and roles."""
    found = ApiToken.objects.filter(digest=digest, revoked_at=None, expires_at__gt=timezone.now(), user__is_active=True)
    return found.select_related("user", "user__department").first()
