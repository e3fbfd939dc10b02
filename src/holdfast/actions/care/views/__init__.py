"""Pages of service standards: what is due, how far it was kept, gifts and focus customers."""

from holdfast.actions.care.views.customer import panel
from holdfast.actions.care.views.execution import execution
from holdfast.actions.care.views.focus import focus, focus_edit, focus_end, focus_new
from holdfast.actions.care.views.gifts import gift_answer, gift_new, gifts
from holdfast.actions.care.views.mine import block, mine
from holdfast.actions.care.views.rows import export, rows
from holdfast.actions.care.views.standards import standard_new, standards, switches

__all__ = [
    "block", "execution", "export", "focus", "focus_edit", "focus_end", "focus_new", "gift_answer", "gift_new", "gifts",
    "mine", "panel", "rows", "standard_new", "standards", "switches",
]  # fmt: skip
