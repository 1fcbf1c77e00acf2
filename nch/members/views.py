"""The administrator's pages for users and their roles, and the page an invitation leads to."""

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from nch.accounts.doors import RightRequiredMixin, right_required, signed_in
from nch.accounts.enums import Right
from nch.accounts.models import Membership, User
from nch.audit.lists import WorkingListView
from nch.common.exports import Column, Kind
from nch.common.formats import format_date
from nch.common.sorting import all_words
from nch.members import services
from nch.members.forms import AcceptForm, InvitationForm, RoleForm, UserFilterForm
from nch.members.selectors import memberships_for, users_for, waiting_invitations_for


class UserListView(RightRequiredMixin, WorkingListView):
    """All users with their roles, and the invitations that wait."""

    right = Right.MANAGE_USERS
    template_name = "members/user_list.html"
    context_object_name = "users"
    sort_fields = {"name": "sort_key", "created": "created_at"}
    default_sort = "name"
    export_title = "Användare"
    export_columns = (
        Column("Namn", "display_name"),
        Column("E-postadress", "email"),
        Column("Roller", lambda person: "; ".join(_in_words(membership) for membership in person.memberships.all())),
        Column("Skapad", "created_at", Kind.DATE),
    )

    def filtered(self) -> QuerySet[User]:
        self.form = UserFilterForm(self.request.GET)
        users = users_for(self.request.user)
        if self.form.is_valid():
            wanted = self.form.cleaned_data
            if wanted["q"]:
                users = users.filter(all_words(wanted["q"], "search_text"))
            if wanted["role"]:
                users = users.filter(memberships__role=wanted["role"]).distinct()
        return users

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        now = timezone.now()
        waiting = waiting_invitations_for(self.request.user)
        invitations = [one for one in waiting if one.expires_at > now]
        expired = [one for one in waiting if one.expires_at <= now]
        return super().get_context_data(filter_form=self.form, invitations=invitations, expired=expired, **kwargs)


def _in_words(membership: Membership) -> str:
    """A role as a file tells of it."""
    until = f" (till {format_date(membership.valid_to)})" if membership.valid_to else ""
    return f"{membership.get_role_display()}, {membership.organisation}{until}"


@right_required(Right.MANAGE_USERS)
def invite_user(request: HttpRequest) -> HttpResponse:
    """Invite a person by e-mail; where the mail does not leave, the page says what to do."""
    by = signed_in(request)
    form = InvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            invitation = services.invite(**form.cleaned_data, by=by)
        except services.MembershipError as error:
            form.add_error(None, str(error))
        else:
            if invitation.sent:
                messages.success(request, f"Inbjudan har skickats till {invitation.email}.")
            else:
                messages.error(
                    request, f"Inbjudan till {invitation.email} kunde inte skickas. Ta bort den och bjud in igen."
                )
            return redirect("members:user_list")
    return render(request, "members/invite.html", {"form": form})


@right_required(Right.MANAGE_USERS)
def user_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A user's roles through time; give another, or end one."""
    by = signed_in(request)
    user = get_object_or_404(users_for(by), pk=pk)
    form = RoleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.give_role(user=user, **form.cleaned_data, by=by)
        except services.MembershipError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Rollen är tillagd.")
            return redirect("members:user_detail", pk=pk)
    return render(request, "members/user_detail.html", {"person": user, "form": form, "today": timezone.localdate()})


@right_required(Right.MANAGE_USERS)
def end_membership(request: HttpRequest, pk: int) -> HttpResponse:
    """End a role from today on (POST)."""
    by = signed_in(request)
    membership = get_object_or_404(memberships_for(by), pk=pk)
    if request.method == "POST":
        try:
            services.end_role(membership=membership, by=by)
        except services.MembershipError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, "Rollen är avslutad.")
    return redirect("members:user_detail", pk=membership.user_id)


@right_required(Right.MANAGE_USERS)
def withdraw_invitation(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back an invitation that waits (POST)."""
    by = signed_in(request)
    invitation = get_object_or_404(waiting_invitations_for(by), pk=pk)
    if request.method == "POST":
        try:
            services.withdraw_invitation(invitation=invitation, by=by)
        except services.MembershipError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, "Inbjudan är borttagen.")
    return redirect("members:user_list")


def accept_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Where the link of an invitation leads; a used or old one says so. Who has an account only says yes."""
    invitation = services.open_invitation(token)
    if invitation is None:
        return render(request, "members/invitation_closed.html", status=404)
    has_account = services.invited_user(invitation) is not None
    form_class = forms.Form if has_account else AcceptForm
    form = form_class(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.accept_invitation(token=token, **form.cleaned_data)
        except services.MembershipError as error:
            form.add_error(None, str(error))
        else:
            done = "Rollen är tillagd till ditt konto. Logga in." if has_account else "Kontot är klart. Logga in."
            messages.success(request, done)
            return redirect("account_login")
    return render(request, "members/accept.html", {"form": form, "invitation": invitation, "has_account": has_account})
