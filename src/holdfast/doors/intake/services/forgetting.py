"""Uploads of imports that wrote a person who asked for erasure are let go of at once, not after thirty days."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from typing import Any

from holdfast.doors.intake.models import Import
from holdfast.foundation.audit.models import Change


def forget_uploads(customer_ids: Iterable[int], by: Any) -> int:
    """Delete the files of every import whose batch touched one of these customers; how many imports."""
    subjects = [f"customers.customer:{pk}" for pk in customer_ids]
    batches = Change.objects.filter(subject__in=subjects, batch__isnull=False).order_by().values("batch")
    found = [imp for imp in Import.objects.filter(batch__in=batches) if imp.path.exists()]
    for imp in found:
        shutil.rmtree(imp.path, ignore_errors=True)
    return len(found)
