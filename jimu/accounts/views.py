"""Thin pages of accounts."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import views as auth_views
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from jimu.accounts.actions import note_sign, open_account
from jimu.accounts.forms import OpenAccountForm
from jimu.accounts.lockout import check_address
from jimu.accounts.models import Account, Grant
from jimu.accounts.queries import account_named
from jimu.core import clock
from jimu.core.doors import ActorRequest, page


class SignIn(auth_views.LoginView):
    """Sign in; both outcomes stand in the journal, a wrong name only as a count."""

    template_name = "accounts/sign_in.html"
    redirect_authenticated_user = True

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Judge where it comes from before the password."""
        check_address(request)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Let in."""
        response = super().form_valid(form)
        note_sign(account=form.get_user(), at=clock.now(), verb="accounts.signed_in")
        return response

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        """Keep out, without saying which of the two was wrong."""
        account = account_named(form.data.get("username", ""))
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


@page("accounts.manage", methods=("GET", "HEAD", "POST"))
def index(request: ActorRequest) -> HttpResponse:
    """All accounts with their roles and places; open a new one."""
    form = OpenAccountForm(request.POST or None, actor=request.actor)
    if request.method == "POST" and form.is_valid():
        open_account(actor=request.actor, at=clock.now(), **form.cleaned_data)
        messages.success(request, _("账号已开通。"))
        return redirect("accounts:index")
    accounts = Account.objects.prefetch_related("grants__unit").order_by("username")
    return render(request, "accounts/index.html", {"accounts": accounts, "form": form})


def profile(request: HttpRequest) -> HttpResponse:
    """Who am I, and what may I do here."""
    if not request.user.is_authenticated:
        return redirect("accounts:sign_in")
    grants = Grant.objects.filter(account=request.user).select_related("unit")
    return render(request, "accounts/profile.html", {"account": request.user, "grants": grants})
