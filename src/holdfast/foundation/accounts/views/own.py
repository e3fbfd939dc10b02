"""One's own account: in, out, password, language, saved views."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from holdfast.common.refusals import Refusal
from holdfast.common.web import go, needs, refusals_on, show
from holdfast.foundation.accounts import queries, services
from holdfast.foundation.accounts.forms import LoginForm, NewPasswordForm, PasswordForm, SaveViewForm, SetupForm
from holdfast.foundation.accounts.models import SavedView, SetupToken, StaffRequest
from holdfast.foundation.accounts.services.tokens import digest_of

BACKEND = "django.contrib.auth.backends.ModelBackend"
YEAR_SECONDS = 365 * 24 * 3600

enter = LoginView.as_view(
    template_name="accounts/login.html", authentication_form=LoginForm, redirect_authenticated_user=True
)


@require_POST
@login_not_required
def leave(request: StaffRequest) -> HttpResponse:
    logout(request)
    return redirect("accounts:login")


@require_POST
@login_not_required
def language(request: StaffRequest) -> HttpResponse:
    """Remember the language with the person and, for pages before the login, in a cookie."""
    chosen = request.POST.get("language", "")
    response = redirect(_next(request))
    if chosen in dict(settings.LANGUAGES):
        if request.user.is_authenticated:
            services.choose_language(request.user, chosen)
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, chosen, max_age=YEAR_SECONDS, samesite="Lax", secure=settings.HTTPS
        )
    return response


def _next(request: StaffRequest) -> str:
    to = request.POST.get("next", "/")
    return to if url_has_allowed_host_and_scheme(to, {request.get_host()}, request.is_secure()) else "/"


@require_GET
@needs()
def me(request: StaffRequest) -> HttpResponse:
    views = SavedView.objects.filter(owner=request.user).order_by("page", "position", "pk")
    return show(request, "accounts/me.html", {"views": views})


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@needs()
def password(request: StaffRequest) -> HttpResponse:
    form = PasswordForm(request.POST or None, user=request.user)
    if form.is_valid():
        user = services.set_password(request.user, form.cleaned_data["new"], by=request.user)
        update_session_auth_hash(request, user)
        messages.success(request, _("密码已更换，其他设备上的登录已失效。"))
        return go(request, "accounts:me")
    return show(request, "accounts/password.html", {"form": form})


@sensitive_post_parameters()
@never_cache
@login_not_required
@require_http_methods(["GET", "POST"])
def setup(request: StaffRequest, token: str) -> HttpResponse:
    """The page behind a one-time link: the first administrator, or a new password."""
    kept = queries.token_of(digest_of(token))
    if kept is None or (kept.user is None and queries.has_administrator()):
        return render(request, "accounts/setup_over.html", status=404)
    form_class = SetupForm if kept.user is None else NewPasswordForm
    form = form_class(request.POST or None, user=kept.user)
    if form.is_valid():
        with refusals_on(form):
            return _let_in(request, token, kept, form)
    return render(request, "accounts/setup.html", {"form": form, "person": kept.user})


def _let_in(request: StaffRequest, token: str, kept: SetupToken, form: NewPasswordForm) -> HttpResponse:
    values = form.cleaned_data
    if kept.user is None:
        user = services.set_up_administrator(token, login=values["login"], name=values["name"], password=values["new"])
    else:
        user = services.use_token(token, password=values["new"])
    login(request, user, backend=BACKEND)
    return redirect("/")


@require_POST
@needs()
def view_save(request: StaffRequest) -> HttpResponse:
    """Save a list's filters under a name; back to the list, which then shows it."""
    form = SaveViewForm(request.POST)
    if form.is_valid():
        values = form.cleaned_data
        try:
            services.save_view(
                values["page"], values["name"], values["query"], shared=values["shared"], by=request.user
            )
            messages.success(request, _("已存为视图“%(name)s”。") % {"name": values["name"]})
        except Refusal as refusal:
            messages.error(request, refusal.message)
    else:
        messages.error(request, _("请给视图起个名称，最多 40 个字。"))
    return redirect(_next(request))


@require_POST
@needs()
def view_remove(request: StaffRequest, pk: int) -> HttpResponse:
    view = get_object_or_404(SavedView, pk=pk)
    if view.owner_id != request.user.pk:
        raise Http404
    services.remove_view(view, by=request.user)
    messages.success(request, _("视图已删除。"))
    return redirect(_next(request))
