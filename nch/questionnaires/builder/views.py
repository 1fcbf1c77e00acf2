"""The pages on which a form is built, previewed and rehearsed.

A subclass says whose draft it is (`get_draft`) and where its pages are (`url_to`); everything else is the same for
every form.
"""

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import cached_property
from django.views import View

from nch.accounts.models import User
from nch.common.formats import as_key
from nch.questionnaires.builder import services
from nch.questionnaires.builder.checks import answers_to, faults_in
from nch.questionnaires.builder.drafts import FormDraft
from nch.questionnaires.builder.forms import PreviewForm, QuestionFieldsForm, SectionFieldsForm
from nch.questionnaires.builder.rehearsal import Rehearsal, RehearsalReader
from nch.questionnaires.enums import ADDABLE, QuestionKind
from nch.questionnaires.forms import SectionForm
from nch.questionnaires.models import Question, Section
from nch.questionnaires.selectors import sections_of
from nch.questionnaires.views import CHECK_PARAMETER, ResponseView, draft_context

KIND_PARAMETER = "slag"


class BuilderView(LoginRequiredMixin, View):
    """What all pages of a form under construction share."""

    draft: FormDraft

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if isinstance(request.user, User):
            self.draft = self.get_draft(request.user, kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get_draft(self, user: User, pk: int) -> FormDraft:
        """Return the form behind the address if the user may write it; Http404 otherwise."""
        raise NotImplementedError

    def url_to(self, page: str, *args: Any) -> str:
        """Return the address of `overview`, `section_new`, `section`, `question_new`, `question`, `step`, `preview`,
        `rehearsal`, `rehearsal_section` or `rehearsal_end` of this form."""
        raise NotImplementedError

    def owner(self) -> tuple[str, str]:
        """What the form belongs to, and its address, for breadcrumbs."""
        raise NotImplementedError

    @property
    def by(self) -> User:
        user = self.request.user
        if not isinstance(user, User):
            raise Http404
        return user

    def page(self, template: str, status: int = 200, **context: Any) -> HttpResponse:
        """Render one of the builder's templates with what they all need."""
        owner_title, owner_url = self.owner()
        shared = {
            "owner_title": owner_title,
            "owner_url": owner_url,
            "overview_url": self.url_to("overview"),
            "preview_url": self.url_to("preview"),
            "rehearsal_url": self.url_to("rehearsal"),
            "frozen": self.draft.version.frozen_at is not None,
        }
        return render(self.request, f"questionnaires/builder/{template}.html", {**shared, **context}, status=status)

    @cached_property
    def sections(self) -> list[Section]:
        return sections_of(self.draft.version)

    def section_by_pk(self, pk: int) -> Section:
        return get_object_or_404(Section, pk=pk, version=self.draft.version)

    def question_by_pk(self, pk: int) -> Question:
        questions = Question.objects.select_related("section")
        return get_object_or_404(questions, pk=pk, section__version=self.draft.version)


class OverviewView(BuilderView):
    """The whole form: sections and questions, what is wrong, and what can be done with each."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        faults = faults_in(self.draft.version, fixed_keys=self.draft.fixed_keys)
        questions = {question.key: question for section in self.sections for question in section.questions.all()}
        rows = [
            {
                "section": section,
                "url": self.url_to("section", section.pk),
                "remove_step": f"remove:section:{section.pk}",
                "add_url": self.url_to("question_new", section.pk),
                "questions": [self._row(question, questions) for question in section.questions.all()],
            }
            for section in self.sections
        ]
        problems = [(self._place(fault.section, fault.question), fault.message) for fault in faults]
        return self.page(
            "overview",
            rows=rows,
            problems=problems,
            step_url=self.url_to("step"),
            section_new_url=self.url_to("section_new"),
        )

    def _row(self, question: Question, questions: dict[str, Question]) -> dict[str, Any]:
        condition = ""
        if other := questions.get(question.shown_when_key):
            answer = dict(answers_to(other)).get(question.shown_when_value, question.shown_when_value)
            condition = f"Visas när svaret på ”{other.label}” är {answer}"
        return {
            "question": question,
            "url": self.url_to("question", question.pk),
            "remove_step": f"remove:question:{question.pk}",
            "condition": condition,
            "fixed": question.key in self.draft.fixed_keys,
        }

    def _place(self, section: Section | None, question: Question | None) -> str:
        if question is not None:
            return self.url_to("question", question.pk)
        return self.url_to("section", section.pk) if section is not None else self.url_to("overview")


class SectionEditView(BuilderView):
    """A new section, or what one says."""

    def get(self, request: HttpRequest, pk: int, section: int | None = None) -> HttpResponse:
        known = self.section_by_pk(section) if section else None
        initial = {"title": known.title, "introduction": known.introduction} if known else None
        return self._page(SectionFieldsForm(initial=initial), known)

    def post(self, request: HttpRequest, pk: int, section: int | None = None) -> HttpResponse:
        known = self.section_by_pk(section) if section else None
        form = SectionFieldsForm(request.POST)
        if form.is_valid():
            try:
                services.save_section(
                    draft=self.draft,
                    **form.cleaned_data,
                    section=known,
                    seen=request.POST.get("seen", ""),
                    by=self.by,
                    at=timezone.now(),
                )
            except services.BuilderError as error:
                form.add_error(None, f"{error} Inget är sparat. Spara igen om din text ska gälla.")
                return self._page(form, self.section_by_pk(known.pk) if known else None, status=409)
            messages.success(request, "Avsnittet är sparat.")
            return redirect(self.url_to("overview"))
        return self._page(form, known)

    def _page(self, form: SectionFieldsForm, section: Section | None, status: int = 200) -> HttpResponse:
        seen = services.section_state(section) if section else ""
        return self.page("section", status, form=form, section=section, seen=seen)


class QuestionEditView(BuilderView):
    """A new question, first its kind and then what it says, or what one says."""

    def get(
        self, request: HttpRequest, pk: int, section: int | None = None, question: int | None = None
    ) -> HttpResponse:
        known = self.question_by_pk(question) if question else None
        if known is None and request.GET.get(KIND_PARAMETER) not in ADDABLE:
            kinds = [(f"?{KIND_PARAMETER}={kind.value}", kind.label) for kind in ADDABLE]
            return self.page("kinds", section=self.section_by_pk(section or 0), kinds=kinds)
        return self._page(self._form(known, section), known)

    def post(
        self, request: HttpRequest, pk: int, section: int | None = None, question: int | None = None
    ) -> HttpResponse:
        known = self.question_by_pk(question) if question else None
        if known is None and request.GET.get(KIND_PARAMETER) not in ADDABLE:
            return redirect(self.url_to("overview"))
        form = self._form(known, section, request.POST)
        if form.is_valid():
            try:
                services.save_question(
                    draft=self.draft,
                    content=form.content(),
                    question=known,
                    seen=request.POST.get("seen", ""),
                    by=self.by,
                    at=timezone.now(),
                )
            except services.BuilderError as error:
                form.add_error(None, f"{error} Inget är sparat. Spara igen om din text ska gälla.")
                return self._page(form, self.question_by_pk(known.pk) if known else None, status=409)
            messages.success(request, "Frågan är sparad.")
            return redirect(self.url_to("overview"))
        return self._page(form, known)

    def _form(self, question: Question | None, section: int | None, data: Any = None) -> QuestionFieldsForm:
        kind = question.kind if question else self.request.GET[KIND_PARAMETER]
        return QuestionFieldsForm(
            data,
            kind=QuestionKind(kind),
            section=question.section if question else self.section_by_pk(section or 0),
            sections=self.sections,
            question=question,
            fixed=question is not None and question.key in self.draft.fixed_keys,
        )

    def _page(self, form: QuestionFieldsForm, question: Question | None, status: int = 200) -> HttpResponse:
        seen = services.question_state(question) if question else ""
        return self.page("question", status, form=form, question=question, seen=seen)


class StepView(BuilderView):
    """One step with a section or a question (POST): up, down, copied or removed."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return redirect(self.url_to("overview"))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        step, _, rest = request.POST.get("step", "").partition(":")
        what, _, key = rest.partition(":")
        number = as_key(key)
        if what not in ("section", "question") or number is None:
            return redirect(self.url_to("overview"))
        shared: dict[str, Any] = {"draft": self.draft, "by": self.by, "at": timezone.now()}
        try:
            if what == "section":
                self._with_section(step, self.section_by_pk(number), shared)
            else:
                self._with_question(step, self.question_by_pk(number), shared)
        except services.BuilderError as error:
            messages.error(request, str(error))
        return redirect(self.url_to("overview"))

    def _with_section(self, step: str, section: Section, shared: dict[str, Any]) -> None:
        if step in (services.UP, services.DOWN):
            services.move_section(section=section, way=step, **shared)
        elif step == "remove":
            services.remove_section(section=section, **shared)
            messages.success(self.request, "Avsnittet är borttaget.")

    def _with_question(self, step: str, question: Question, shared: dict[str, Any]) -> None:
        if step in (services.UP, services.DOWN):
            services.move_question(question=question, way=step, **shared)
        elif step == "copy":
            services.copy_question(question=question, **shared)
            messages.success(self.request, "Frågan är kopierad.")
        elif step == "remove":
            services.remove_question(question=question, **shared)
            messages.success(self.request, "Frågan är borttagen.")


class PreviewView(BuilderView):
    """The whole form as an applicant meets it, on one page; nothing can be sent."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        questions = {question.key: question for section in self.sections for question in section.questions.all()}
        parts = []
        for section in self.sections:
            form = PreviewForm(section)
            rows = [
                (form[question.key], questions.get(question.shown_when_key)) for question in section.questions.all()
            ]
            parts.append((section, rows))
        return self.page("preview", parts=parts)


class _RehearsedResponse(ResponseView):
    """The addresses of a rehearsal, for what is written for all responses."""

    def __init__(self, builder: BuilderView) -> None:
        super().__init__()
        self.builder = builder

    def url_to(self, page: str, *, section: str = "") -> str:
        if page == "section":
            return self.builder.url_to("rehearsal_section", section)
        return self.builder.url_to("rehearsal")


class RehearsalView(BuilderView):
    """The sections of a rehearsal as a task list; it can be checked as at submission, and thrown away."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        reader = Rehearsal(request.session, self.draft.version).reader()
        check = CHECK_PARAMETER in request.GET
        context = draft_context(reader, _RehearsedResponse(self), check=check)
        return self.page(
            "rehearsal",
            check_url=f"{self.url_to('rehearsal')}?{CHECK_PARAMETER}=1",
            checked=check,
            end_url=self.url_to("rehearsal_end"),
            **context,
        )


class RehearsalSectionView(BuilderView):
    """One section of a rehearsal: the same questions, errors and follow-up questions as in an application."""

    def get(self, request: HttpRequest, pk: int, section: str) -> HttpResponse:
        reader = Rehearsal(request.session, self.draft.version).reader()
        this = self._section(reader, section)
        return self._page(reader, this, SectionForm(reader, this, check=CHECK_PARAMETER in request.GET))

    def post(self, request: HttpRequest, pk: int, section: str) -> HttpResponse:
        rehearsal = Rehearsal(request.session, self.draft.version)
        before = rehearsal.reader()
        this = self._section(before, section)
        data, files = request.POST, request.FILES
        form = SectionForm(
            before, this, data=data, files=files, too_large_files=request.META.get("nch.too_large_files", ())
        )
        kept_files = [(question, file.name) for question, file in form.checked_files()]
        rehearsal.save(form.typed(), kept_files)
        if "overview" in data:
            return redirect(self.url_to("rehearsal"))
        reader = rehearsal.reader()
        if form.errors:
            return self._page(reader, this, form)
        if len(SectionForm(reader, this).questions) > len(form.questions):
            messages.info(request, "Det du svarade leder till en följdfråga.")
            return redirect(self.url_to("rehearsal_section", this.key))
        after = reader.sections[reader.sections.index(this) + 1 :]
        return redirect(self.url_to("rehearsal_section", after[0].key) if after else self.url_to("rehearsal"))

    def _section(self, reader: RehearsalReader, key: str) -> Section:
        section = next((section for section in reader.sections if section.key == key), None)
        if section is None:
            raise Http404
        return section

    def _page(self, reader: RehearsalReader, section: Section, form: SectionForm) -> HttpResponse:
        form.reader = reader
        return self.page("rehearsal_section", form=form, rows=form.rows(), section=section)


class RehearsalEndView(BuilderView):
    """Throw a rehearsal away (POST)."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return redirect(self.url_to("rehearsal"))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        Rehearsal(request.session, self.draft.version).end()
        messages.success(request, "Provningen är slängd.")
        return redirect(self.url_to("overview"))
