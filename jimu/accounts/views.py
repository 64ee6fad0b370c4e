"""Thin pages of accounts."""

from django.contrib.auth import views as auth_views
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jimu.accounts.models import Account
from jimu.core.doors import ActorRequest, page

sign_in = auth_views.LoginView.as_view(template_name="accounts/sign_in.html", redirect_authenticated_user=True)
sign_out = auth_views.LogoutView.as_view()


@page("accounts.manage")
def index(request: ActorRequest) -> HttpResponse:
    """All accounts with their roles and places."""
    accounts = Account.objects.prefetch_related("grants__unit").order_by("username")
    return render(request, "accounts/index.html", {"accounts": accounts})


def profile(request: HttpRequest) -> HttpResponse:
    """Who am I, and what may I do here."""
    if not request.user.is_authenticated:
        return redirect("accounts:sign_in")
    return render(request, "accounts/profile.html", {"account": request.user})
