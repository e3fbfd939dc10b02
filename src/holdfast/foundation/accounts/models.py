"""People, departments and roles."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import get_language

from holdfast.common.models import Base
from holdfast.foundation.accounts.rules import SCOPE_NAMES, Permission, Scope, widest


def scopes() -> list[tuple[str, Any]]:
    return list(SCOPE_NAMES.items())


class Department(Base):
    """One department in the tree; `path` is `/1/4/` from the root down to itself, kept by the service."""

    name = models.CharField(max_length=80)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField(max_length=200, db_index=True, editable=False)
    manager = models.ForeignKey("accounts.User", models.SET_NULL, null=True, blank=True, related_name="manages")

    class Meta:
        ordering = ["path"]

    def __str__(self) -> str:
        return self.name


class Role(Base):
    """A list of permission words with a data scope."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60, blank=True)
    words = models.JSONField(default=list)
    scope = models.CharField(max_length=12, choices=scopes, default=Scope.OWN)
    is_built_in = models.BooleanField(default=False)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name_en if self.name_en and get_language() == "en" else self.name


class UserManager(BaseUserManager["User"]):
    def create_user(self, login: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(login=login.strip(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        """Logins are told apart without regard to case."""
        return self.get(login__iexact=username)


class User(AbstractBaseUser, Base):
    """A member of staff who logs in."""

    login = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=60)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="members")
    roles = models.ManyToManyField(Role, blank=True, related_name="users")
    is_active = models.BooleanField(default=True)
    must_change_password = models.BooleanField(default=False)
    language = models.CharField(max_length=10, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)

    USERNAME_FIELD = "login"
    REQUIRED_FIELDS = ["name"]
    objects = UserManager()
    personal_fields = {"name": "keep", "email": "blank", "phone": "blank"}

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    @property
    def display_name(self) -> str:
        return self.name

    @cached_property
    def post(self) -> str:
        """What stands under the name in the side bar."""
        return "、".join(str(role) for role in self._roles[:2])

    @cached_property
    def words(self) -> frozenset[str]:
        """Every permission word of every role held; nothing for an account that is switched off."""
        return frozenset(word for role in self._roles for word in role.words) if self.is_active else frozenset()

    @cached_property
    def scope(self) -> Scope:
        return widest(role.scope for role in self._roles)

    @cached_property
    def _roles(self) -> list[Role]:
        return list(self.roles.all())

    def may(self, word: str) -> bool:
        return str(word) in self.words

    @property
    def sees_profit(self) -> bool:
        return self.may(Permission.SEE_PROFIT)

    @cached_property
    def department_ids(self) -> tuple[int, ...]:
        """Departments whose customers the scope opens; empty for "own" and not needed for "all"."""
        if self.department is None or self.scope in (Scope.OWN, Scope.ALL):
            return ()
        if self.scope == Scope.DEPARTMENT:
            return (self.department.pk,)
        below = Department.objects.filter(path__startswith=self.department.path)
        return tuple(below.values_list("pk", flat=True))


class StaffRequest(HttpRequest):
    """A request behind the login; a name for types alone."""

    user: User


class SetupToken(models.Model):
    """A one-time right to set the first administrator or a forgotten password; only its hash is kept."""

    digest = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"token {self.pk}"


class SavedView(Base):
    """A list's filters, sort and columns under a name; shared ones are seen by all who see the page."""

    owner = models.ForeignKey(User, models.CASCADE, related_name="views")
    page = models.CharField(max_length=40)
    name = models.CharField(max_length=40)
    query = models.CharField(max_length=2000, blank=True)
    is_shared = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["owner", "page", "name"], name="view_name_once")]

    def __str__(self) -> str:
        return self.name


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def visible_to(self, viewer: User) -> ApiTokenQuerySet:
        """One's own tokens."""
        return self.filter(user=viewer)


class ApiToken(Base):
    """A key with which a program acts as one person, never wider than that person; only its hash is kept.

    `words`: the permission words it may use, of those the person holds at the moment of each request. `hint`: its last
    letters, to tell tokens apart. `window_*`: requests counted in one minute, counted since 1970.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=60)
    digest = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=8)
    words = models.JSONField(default=list)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    last_used_ip = models.GenericIPAddressField(null=True)
    window_minute = models.BigIntegerField(default=0)
    window_used = models.PositiveIntegerField(default=0)

    objects = ApiTokenQuerySet.as_manager()
    personal_fields = {"last_used_ip": "erase"}

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.name} …{self.hint}"

    @property
    def state(self) -> str:
        """`active`, `expired` or `revoked`."""
        if self.revoked_at:
            return "revoked"
        return "active" if self.expires_at > timezone.now() else "expired"


class ApiAnswer(models.Model):
    """What a program was answered under an Idempotency-Key, kept for a day so that the same question is done once."""

    token = models.ForeignKey(ApiToken, models.CASCADE, related_name="answers")
    key = models.CharField(max_length=100)
    digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    headers = models.JSONField(default=dict)
    body = models.TextField(blank=True)
    at = models.DateTimeField(auto_now_add=True, db_index=True)

    personal_fields = {"body": "erase"}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token", "key"], name="api_answer_once")]

    def __str__(self) -> str:
        return f"{self.token_id} {self.key}"
