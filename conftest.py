"""People and habits of every test."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.db import connections
from django.db.backends.base.operations import BaseDatabaseOperations
from django.test import Client
from django.utils import translation

from holdfast.foundation.accounts.models import Department, User
from holdfast.foundation.accounts.tests.factories import DepartmentFactory, UserFactory
from holdfast.foundation.audit.migrations import _guards


def _let_flush_empty_the_journal() -> None:
    """Emptying the tables after a test that commits is the one time that the journal's triggers step aside."""
    for engine in {type(connections["default"].ops)}:
        _wrap_flush(engine)


def _wrap_flush(engine: type[BaseDatabaseOperations]) -> None:
    plain = engine.sql_flush

    def sql_flush(self, style, tables, **kwargs):
        statements, vendor = plain(self, style, tables, **kwargs), self.connection.vendor
        if "audit_change" not in tables:
            return statements
        return [*_guards.DROP[vendor], *statements, *_guards.MAKE[vendor]]

    engine.sql_flush = sql_flush


_let_flush_empty_the_journal()


@pytest.fixture(autouse=True)
def in_the_source_language() -> Iterator[None]:
    """Every test begins in Chinese, whatever a command before it spoke."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture
def department(db) -> Department:
    """Where owner, teammate and manager work."""
    return DepartmentFactory(name="华东销售部")


@pytest.fixture
def owner(department) -> User:
    """Sales, sees own customers only."""
    return UserFactory(login="owner", name="方圆", department=department)


@pytest.fixture
def teammate(department) -> User:
    """Sales in the same department, sees own customers only."""
    return UserFactory(login="teammate", name="于佳", department=department)


@pytest.fixture
def stranger(db) -> User:
    """Sales in another department, owns nothing."""
    return UserFactory(login="stranger", name="石磊", department=DepartmentFactory(name="华南销售部"))


@pytest.fixture
def manager(department) -> User:
    """Sales manager of owner's department: sees it and what is below, and profit."""
    return UserFactory(login="manager", name="关敏", role="sales_manager", department=department)


@pytest.fixture
def admin(db) -> User:
    return UserFactory(login="admin", name="安琪", role="admin")


@pytest.fixture
def analyst(db) -> User:
    return UserFactory(login="analyst", name="凌分", role="analyst")


@pytest.fixture
def login() -> Callable[[User], Client]:
    """A browser in which this person is logged in."""

    def enter(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return enter
