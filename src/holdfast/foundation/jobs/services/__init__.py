"""Ask for background work, run it, cancel it, find what was abandoned."""

from holdfast.foundation.jobs.services.asking import cancel, enqueue
from holdfast.foundation.jobs.services.registry import (
    Cancelled,
    Progress,
    discover,
    is_registered,
    register,
    registered,
)
from holdfast.foundation.jobs.services.running import run_by_id, run_now
from holdfast.foundation.jobs.services.sweeping import enqueue_due, forget_frequent, forget_old, recover_own, sweep

__all__ = [
    "Cancelled", "Progress", "cancel", "discover", "enqueue", "enqueue_due", "forget_frequent", "forget_old", "is_registered",
    "recover_own", "register", "registered", "run_by_id", "run_now", "sweep",
]  # fmt: skip
