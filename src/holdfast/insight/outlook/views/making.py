"""Asking for a new outlook."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from holdfast.common.web import go, needs
from holdfast.foundation.accounts.models import StaffRequest
from holdfast.foundation.accounts.rules import Permission
from holdfast.foundation.jobs import services as jobs


@needs(Permission.SCORE_RUN)
@require_POST
def make(request: StaffRequest) -> HttpResponse:
    """Start it in the background and show how far it is."""
    job = jobs.enqueue("outlook.make", by=request.user, is_fresh=True)
    return go(request, "jobs:job", job.pk)
