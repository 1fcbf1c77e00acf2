"""Pages of conversations: the list of questions, one conversation, and beginning one."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from nch.accounts.doors import RightRequiredMixin, right_required, signed_in
from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import access_of
from nch.audit.services import record_read
from nch.cases import conversations as services
from nch.cases.doors import declare_first
from nch.cases.enums import CaseKind
from nch.cases.forms import ConversationFilterForm, ConversationForm, MessageForm, OwnerForm
from nch.cases.matching import case_of_conversation_fits, conversation_fits
from nch.cases.models import Conversation, InterestDeclaration
from nch.cases.notices import people_with
from nch.cases.selectors import cases_for, conversations_for, handles, has_declared, may_be_shown
from nch.cases.words import waiting_words
from nch.common.lists import SortedListView


class ConversationListView(RightRequiredMixin, SortedListView):
    """Questions in the cases that the user may see, the one that has waited longest first."""

    right = Right.SEE_CASES
    template_name = "cases/conversation_list.html"
    context_object_name = "conversations"
    sort_fields = {"waiting": "waits_from", "organisation": "case__organisation__sort_key", "opened": "opened_at"}
    default_sort = "waiting"

    def filtered(self) -> QuerySet[Conversation]:
        self.form = ConversationFilterForm(self.request.GET)
        user = signed_in(self.request)
        found = conversations_for(user).annotate(
            waits_from=Coalesce("awaits_handler_since", "opened_at"), declared=has_declared(user, "case_id")
        )
        if not self.form.is_valid():
            return found.none()
        wanted = self.form.cleaned_data
        if wanted["visa"] == "":
            found = found.filter(awaits_handler_since__isnull=False)
        elif wanted["visa"] != "alla":
            found = found.filter(closed_at__isnull=wanted["visa"] == "oppna")
        if wanted["ansvarig"]:
            found = found.filter(owner=user if wanted["ansvarig"] == "jag" else None)
        shown = may_be_shown(user, "case")
        if text := wanted["q"]:
            found = found.filter(case_of_conversation_fits(text) | (conversation_fits(text) & shown))
        if wanted["arende"]:
            found = found.filter(case_id=wanted["arende"])
        if wanted["fraga"]:
            found = found.filter(shown, about_key=wanted["fraga"])
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(filter_form=self.form, **kwargs)
        user = signed_in(self.request)
        context["rows"] = [(row, waiting_words(row.awaits_handler_since)) for row in context["conversations"]]
        for row in context["conversations"]:
            # Before the declaration nothing of a case is shown but its party.
            row.is_veiled = (
                row.case.kind == CaseKind.GRANT
                and not row.declared
                and access_of(user).may_at(Right.DECLARE_FIRST, row.case.handler_id)
            )
        return context


@right_required(Right.SEE_CASES)
def conversation_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin a conversation in a case; what was typed comes back with what is wrong."""
    case = get_object_or_404(cases_for(request.user), pk=pk)
    user = signed_in(request)
    if not services.may_write(user, case):
        raise Http404
    if detour := declare_first(request, case):
        return detour
    for_handler = services.answers_for_handler(user, case)
    initial = {"about_key": request.GET.get("fraga", "")[:100], "about_label": request.GET.get("rubrik", "")[:300]}
    form = ConversationForm(request.POST or None, initial=initial, for_handler=for_handler)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        conversation = services.open_conversation(
            case=case,
            subject=values["subject"],
            content=form.content,
            about_key=values["about_key"],
            about_label=values["about_label"],
            internal=values.get("internal", False),
            by=user,
            at=timezone.now(),
        )
        messages.success(request, "Meddelandet är skickat.")
        return redirect("conversation_detail", pk=conversation.pk)
    status = 422 if form.is_bound else 200
    return render(request, "cases/conversation_new.html", {"case": case, "form": form}, status=status)


@login_required
def conversation_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A conversation, and a form to write in it; opening it leaves a row in the log."""
    conversation = get_object_or_404(conversations_for(request.user), pk=pk)
    user, case = signed_in(request), conversation.case
    if detour := declare_first(request, case):
        return detour
    for_handler, may_write = services.answers_for_handler(user, case), services.may_write(user, case)
    form = MessageForm(request.POST or None, for_handler=for_handler and not conversation.internal)
    if request.method == "POST":
        if not may_write:
            raise Http404
        if form.is_valid():
            services.write_message(conversation=conversation, content=form.content, by=user, at=timezone.now())
            messages.success(request, "Meddelandet är skickat.")
            return redirect("conversation_detail", pk=pk)
    else:
        record_read(conversation, by=user, organisation_id=case.organisation_id)
    context = {
        "conversation": conversation,
        "case": case,
        "talk": conversation.messages.select_related("by"),
        "form": form if may_write else None,
        "waiting": waiting_words(conversation.awaits_handler_since),
        "is_handler": handles(user, case),
        "may_take": for_handler and conversation.owner_id != user.pk,
        "owner_form": OwnerForm(colleagues=colleagues(conversation, user)) if for_handler else None,
    }
    return render(request, "cases/conversation_detail.html", context, status=422 if form.is_bound else 200)


def colleagues(conversation: Conversation, user: User) -> QuerySet[User]:
    """Who else at the authority can be asked to answer."""
    recused = InterestDeclaration.objects.filter(case_id=conversation.case_id, recused=True).values("user")
    others = people_with(conversation.case.handler, Right.ANSWER).exclude(pk__in=recused).exclude(pk=user.pk)
    return others.order_by("sort_key")


@right_required(Right.ANSWER)
def conversation_give(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a question oneself or hand it to a colleague (POST)."""
    conversation, user = _to_change(request, pk)
    if detour := declare_first(request, conversation.case):
        return detour
    if request.method != "POST":
        return redirect("conversation_detail", pk=pk)
    if request.POST.get("owner") == str(user.pk):
        owner = user
    else:
        form = OwnerForm(request.POST, colleagues=colleagues(conversation, user))
        if not form.is_valid():
            messages.error(request, "Välj en kollega som handlägger ärendet.")
            return redirect("conversation_detail", pk=pk)
        owner = form.cleaned_data["owner"]
    try:
        services.give_to(conversation=conversation, owner=owner, by=user, at=timezone.now())
    except services.ConversationError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{owner} svarar på frågan.")
    return redirect("conversation_detail", pk=pk)


@right_required(Right.SEE_CASES)
def conversation_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a conversation (POST)."""
    conversation, user = _to_change(request, pk)
    if detour := declare_first(request, conversation.case):
        return detour
    if request.method == "POST":
        services.close_conversation(conversation=conversation, by=user, at=timezone.now())
        messages.success(request, "Frågan är avslutad. Ett nytt meddelande öppnar den igen.")
    return redirect("conversation_detail", pk=pk)


def _to_change(request: HttpRequest, pk: int) -> tuple[Conversation, User]:
    """The conversation that one of those who write in it wants to change; 404 for everybody else."""
    conversation = get_object_or_404(conversations_for(request.user), pk=pk)
    user = signed_in(request)
    if not services.may_write(user, conversation.case):
        raise Http404
    return conversation, user
