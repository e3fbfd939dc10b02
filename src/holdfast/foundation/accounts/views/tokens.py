"""One's own API tokens: which there are, a new one, the end of one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from holdfast.common.web import go, needs, refusals_on, show
from holdfast.foundation.accounts import queries, services
from holdfast.foundation.accounts.forms import ApiTokenForm
from holdfast.foundation.accounts.models import ApiToken, StaffRequest
from holdfast.foundation.accounts.rules import PERMISSION_NAMES


@needs()
@require_safe
def tokens(request: StaffRequest) -> HttpResponse:
    """The tokens in force first, with what each may do and when it was used last."""
    shown = list(queries.api_tokens(request.user))
    for token in shown:
        token.word_names = [str(name) for word, name in PERMISSION_NAMES.items() if word in token.words]  # type: ignore[attr-defined]
    return show(request, "accounts/tokens.html", {"tokens": shown})


@never_cache
@needs()
@require_http_methods(["GET", "POST"])
def token_new(request: StaffRequest) -> HttpResponse:
    """Make a token; the answer shows it, this once."""
    form = ApiTokenForm(request.POST or None, viewer=request.user)
    if form.is_valid():
        with refusals_on(form):
            token, secret = services.add_api_token(request.user, by=request.user, **form.fields_for_service())
            return show(request, "accounts/token_made.html", {"token": token, "secret": secret})
    return show(request, "accounts/token.html", {"form": form}, status=422 if form.is_bound else 200)


@needs()
@require_POST
def token_revoke(request: StaffRequest, pk: int) -> HttpResponse:
    token = get_object_or_404(ApiToken.objects.visible_to(request.user), pk=pk)
    services.revoke_api_token(token, by=request.user)
    messages.success(request, _("令牌“%(name)s”已撤销，用它的程序从现在起进不来。") % {"name": token.name})
    return go(request, "accounts:tokens")
