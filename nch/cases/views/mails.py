"""Pages of mails: those of a case, those about no case that did not arrive, and sending one again."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from nch.accounts.doors import right_required, signed_in
from nch.accounts.enums import Right
from nch.cases.conversations import answers_for_handler
from nch.cases.doors import declare_first
from nch.cases.models import OutgoingMail
from nch.cases.outbox import resend
from nch.cases.selectors import cases_for, general_mails_given_up, handles, mails_of, matters_for
from nch.common.lists import PAGE_SIZE


@login_required
def case_mails(request: HttpRequest, pk: int) -> HttpResponse:
    """What has been mailed in a case, to whom and when; for those who handle it. Addresses are not shown."""
    case = get_object_or_404(cases_for(request.user), pk=pk)
    if not handles(request.user, case):
        raise Http404
    if detour := declare_first(request, case):
        return detour
    page = Paginator(mails_of(request.user, case), PAGE_SIZE).get_page(request.GET.get("page"))
    may_send = answers_for_handler(signed_in(request), case)
    return render(request, "cases/mail_list.html", {"case": case, "page_obj": page, "may_send": may_send})


@right_required(Right.MANAGE_USERS)
def mails_given_up(request: HttpRequest) -> HttpResponse:
    """Mails about no case that could not be sent; for those who keep the users and their addresses."""
    page = Paginator(general_mails_given_up(request.user), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "cases/mails_given_up.html", {"page_obj": page})


@login_required
def mail_resend(request: HttpRequest, pk: int) -> HttpResponse:
    """Try once more to send what could not be sent (POST)."""
    user = signed_in(request)
    general = general_mails_given_up(user).filter(pk=pk).first()
    if general is not None:
        return _resend(request, general, back=redirect("mails_given_up"))
    mail = get_object_or_404(matters_for(user, OutgoingMail.objects.select_related("case"), "case"), pk=pk)
    if mail.case is None or not answers_for_handler(user, mail.case):
        raise Http404
    if detour := declare_first(request, mail.case):
        return detour
    return _resend(request, mail, back=redirect("case_mails", pk=mail.case.pk))


def _resend(request: HttpRequest, mail: OutgoingMail, *, back: HttpResponse) -> HttpResponse:
    if request.method == "POST" and resend(mail=mail, by=signed_in(request), at=timezone.now()):
        messages.success(request, "Brevet skickas igen.")
    return back
