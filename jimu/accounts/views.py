"""Thin pages of one's own account: sign in, sign out, who am I."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from jimu.accounts import actions, queries
from jimu.accounts.actions import note_sign
from jimu.accounts.errors import LockedOut, WeakPassword
from jimu.accounts.forms import PasswordForm
from jimu.accounts.lockout import check_address, refusal
from jimu.accounts.models import Account
from jimu.core import clock


class SignIn(auth_views.LoginView):
    """Sign in; both outcomes stand in the journal, a wrong name only as a count."""

    template_name = "accounts/sign_in.html"
    redirect_authenticated_user = True

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Judge where it comes from before the password."""
        try:
            check_address(request)
        except LockedOut as error:
            return refusal(request, error)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Let in; who has a password from somebody else is led to where they change it."""
        response = super().form_valid(form)
        note_sign(account=form.get_user(), at=clock.now(), verb="accounts.signed_in")
        return redirect("accounts:profile") if form.get_user().must_change else response

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        """Keep out, without saying which of the two was wrong."""
        account = queries.account_named(form.data.get("username", ""))
        if account:
            note_sign(account=account, at=clock.now(), verb="accounts.sign_in_failed")
        return super().form_invalid(form)


class SignOut(auth_views.LogoutView):
    """Sign out, by a form."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Note who leaves."""
        if isinstance(request.user, Account):
            note_sign(account=request.user, at=clock.now(), verb="accounts.signed_out")
        return super().post(request, *args, **kwargs)


sign_in = SignIn.as_view()
sign_out = SignOut.as_view()


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def profile(request: HttpRequest) -> HttpResponse:
    """Who am I, what may I do here, how shall pages look; change the password."""
    assert isinstance(request.user, Account)
    form = PasswordForm(request.POST or None, account=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            account = actions.change_password(actor=request.actor, at=clock.now(), password=form.cleaned_data["new"])  # type: ignore[attr-defined]
        except WeakPassword as error:
            form.add_error("new", str(error))
        else:
            update_session_auth_hash(request, account)
            messages.success(request, _("密码已更换。别处登录的都已退出。"))
            return redirect(reverse("accounts:profile"))
    context = {"account": request.user, "grants": queries.grants_of(request.user.pk), "form": form}
    return render(request, "accounts/profile.html", context, status=422 if form.errors else 200)
