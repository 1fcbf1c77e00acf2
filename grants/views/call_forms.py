"""The form builder for a call's application form."""

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse

from grants.models import FundingCall
from grants.selectors.calls import managed_calls_for
from grants.services.call_forms import form_draft
from nch.accounts.models import User
from nch.questionnaires.builder import views
from nch.questionnaires.builder.drafts import FormDraft


class CallFormMixin(views.BuilderView):
    """Whose form, and where its pages are."""

    call: FundingCall

    def get_draft(self, user: User, pk: int) -> FormDraft:
        self.call = get_object_or_404(managed_calls_for(user), pk=pk)
        if self.call.version is None:
            raise Http404
        return form_draft(self.call)

    def url_to(self, page: str, *args: Any) -> str:
        name = "call_form" if page == "overview" else f"call_form_{page}"
        return reverse(f"grants:{name}", args=[self.call.pk, *args])

    def owner(self) -> tuple[str, str]:
        name = "call_detail" if self.call.published_at else "call_edit"
        return self.call.title, reverse(f"grants:{name}", args=[self.call.pk])


class OverviewView(CallFormMixin, views.OverviewView):
    """The form with its sections and questions."""


class SectionEditView(CallFormMixin, views.SectionEditView):
    """A section of the form."""


class QuestionEditView(CallFormMixin, views.QuestionEditView):
    """A question of the form."""


class StepView(CallFormMixin, views.StepView):
    """Moving, copying and removing in the form."""


class PreviewView(CallFormMixin, views.PreviewView):
    """The form as an applicant meets it."""


class RehearsalView(CallFormMixin, views.RehearsalView):
    """A rehearsal of the form."""


class RehearsalSectionView(CallFormMixin, views.RehearsalSectionView):
    """A section of a rehearsal."""


class RehearsalEndView(CallFormMixin, views.RehearsalEndView):
    """The end of a rehearsal."""
