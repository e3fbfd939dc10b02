"""Write people, departments, roles, one-time links and saved views."""

from holdfast.foundation.accounts.services.departments import (
    add_department,
    change_department,
    remove_department,
)
from holdfast.foundation.accounts.services.people import (
    activate,
    add_user,
    change_user,
    choose_language,
    customers_left,
    deactivate,
    note_seen,
    register_duty,
    set_password,
    set_roles,
)
from holdfast.foundation.accounts.services.roles import add_role, change_role, ensure_roles, remove_role
from holdfast.foundation.accounts.services.tokens import open_token, reset_link, set_up_administrator, use_token
from holdfast.foundation.accounts.services.views import change_view, remove_view, save_view

__all__ = [
    "activate", "add_department", "add_role", "add_user", "change_department", "change_role", "change_user",
    "change_view", "choose_language", "customers_left", "deactivate", "ensure_roles", "note_seen", "open_token", "register_duty",
    "remove_department", "remove_role", "remove_view", "reset_link", "save_view", "set_password", "set_roles",
    "set_up_administrator", "use_token",
]  # fmt: skip
