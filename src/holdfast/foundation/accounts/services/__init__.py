"""Write people, departments, roles, one-time links and saved views."""

from holdfast.foundation.accounts.services.api_answers import forget_answers, keep_answer, open_answer
from holdfast.foundation.accounts.services.api_tokens import add_api_token, revoke_api_token, take_turn
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
    "activate", "add_api_token", "add_department", "add_role", "add_user", "change_department", "change_role", "change_user",
    "change_view", "choose_language", "customers_left", "deactivate", "ensure_roles", "forget_answers",
    "keep_answer", "note_seen", "open_answer", "open_token", "register_duty",
    "remove_department", "remove_role", "remove_view", "reset_link",
    "revoke_api_token", "save_view", "set_password", "set_roles",
    "set_up_administrator", "take_turn", "use_token",
]  # fmt: skip
