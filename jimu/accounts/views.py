"""Thin pages of accounts."""

from django.contrib import messages
from django.contrib.auth import views as auth_views
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from jimu.accounts.actions import open_account
from jimu.accounts.forms import OpenAccountForm
from jimu.accounts.models import Account, Grant
from jimu.core import clock
from jimu.core.doors import ActorRequest, page

sign_in = auth_views.LoginView.as_view(template_name="accounts/sign_in.html", redirect_authenticated_user=True)
sign_out = auth_views.LogoutView.as_view()


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
