"""Filling in: views that the apps with something to fill in build on (an application, a lägesbild).

A subclass says whose response it is (`get_response_for`) and where its pages are (`url_to`); everything else, from
autosave to two texts side by side, is the same for every form.
"""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views import View

from nch.accounts.doors import signed_in
from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.audit.services import record_read
from nch.common.answers import wants_data
from nch.common.formats import as_key, format_datetime, format_time
from nch.questionnaires.counts import ZEROS, CountGridWidget
from nch.questionnaires.differences import Effort, difference
from nch.questionnaires.forms import REVISION_PREFIX, HistoryFilterForm, SectionForm
from nch.questionnaires.models import AnswerFile, Question, Response, Section
from nch.questionnaires.permissions import may_in
from nch.questionnaires.presence import note_presence, others_present
from nch.questionnaires.selectors import (
    AnswerInWords,
    Problem,
    ResponseReader,
    answer_history,
    files_ever_handed_in,
    is_answered,
)
from nch.questionnaires.services import NotOpenForAnswersError, StaleSaveError, remove_file, save_answers, save_file

CHECK_PARAMETER = "kontrollera"
PRESENCE_PARAMETER = "narvaro"
# The buttons after which one goes on in the same section.
STAYING = ("more", "remove", ZEROS)
VERSIONS_ON_PAGE = 20
NOT_ALL_SAVED = "En text är inte sparad. Se vad som står vid den."


class ResponseView(LoginRequiredMixin, View):
    """What all pages of a response share."""

    def get_response_for(self, user: User, pk: int) -> Response:
        """Return the response behind the address if the user may fill it in; Http404 otherwise."""
        raise NotImplementedError

    def url_to(self, page: str, *, section: str = "") -> str:
        """Return the address of `overview`, `section`, `history` or `file` of this response."""
        raise NotImplementedError

    def response_title(self) -> str:
        """What is being filled in, for headings and breadcrumbs."""
        raise NotImplementedError

    def note_on(self, section: Section) -> str:
        """What those who read the response have asked for in the section, while it is open for completion."""
        return ""

    def comment_on(self, question: Question) -> str:
        """The same for a single question."""
        return ""

    def further_problems(self, reader: ResponseReader) -> list[Problem]:
        """What stops the response beside its questions' own rules, such as sums that do not agree."""
        return []

    def beside(self, reader: ResponseReader, section: Section) -> Mapping[str, Any]:
        """What a template of the subclass's own shows beside the section's questions."""
        return {}

    def previous_response(self) -> Response | None:
        """An earlier response of the same organisation whose answers are shown beside the questions."""
        return None


def _section_of(reader: ResponseReader, key: str) -> Section:
    for section in reader.sections:
        if section.key == key:
            return section
    raise Http404


class SectionView(ResponseView):
    """One section: shown, saved as one types, saved by the button, refused when somebody else was first."""

    template_name = "questionnaires/section.html"

    def get(self, request: HttpRequest, pk: int, section: str) -> HttpResponse:
        response = self.get_response_for(request.user, pk)  # type: ignore[arg-type]
        reader = ResponseReader(response, draft=True)
        this = _section_of(reader, section)
        if this not in reader.open_sections:
            return redirect(self.url_to("overview"))
        if PRESENCE_PARAMETER in request.GET:
            return JsonResponse({"others": self._others(reader, this)})
        check = CHECK_PARAMETER in request.GET
        form = SectionForm(reader, this, check=check)
        for problem in self.further_problems(reader) if check else []:
            if problem.question.key in form.fields:
                form.add_error(problem.question.key, problem.message)
        return self._page(request, reader, this, form)

    def post(self, request: HttpRequest, pk: int, section: str) -> HttpResponse:
        response = self.get_response_for(request.user, pk)  # type: ignore[arg-type]
        reader = ResponseReader(response, draft=True)
        this = _section_of(reader, section)
        data, files = request.POST, request.FILES
        # Known only once the body has been read: the upload handler leaves the names there.
        too_large = request.META.get("nch.too_large_files", ())
        form = SectionForm(reader, this, data=data, files=files, too_large_files=too_large)
        is_script = wants_data(request)
        now = timezone.now()
        by: User = request.user  # type: ignore[assignment]
        try:
            uploads = [] if is_script else form.checked_files()
            for question, file in uploads:
                seen = form.seen_revisions()[question]
                save_file(response=response, question=question, file=file, seen=seen, by=by, at=now)
            revisions = save_answers(response=response, values=form.typed(), seen=form.seen_revisions(), by=by, at=now)
            if (number := as_key(request.POST.get("remove", ""))) is not None:
                self._remove_file(response, number, by=by)
        except StaleSaveError as stale:
            if is_script:
                return JsonResponse({"message": str(stale)}, status=409)
            return self._page(request, ResponseReader(response, draft=True), this, form, stale=stale, status=409)
        except NotOpenForAnswersError as closed:
            if is_script:
                return JsonResponse({"message": str(closed)}, status=409)
            return self._page(request, reader, this, form, refused=str(closed), status=409)
        if is_script:
            refused = {"refused": NOT_ALL_SAVED} if form.has_refused else {}
            return JsonResponse(
                {
                    **refused,
                    "saved_at": format_time(now),
                    "revisions": {f"{REVISION_PREFIX}{question.key}": number for question, number in revisions.items()},
                }
            )
        return self._after_save(request, response, this, form)

    def _others(self, reader: ResponseReader, section: Section) -> str:
        """Note that the user has the section open, and say who else has the draft open."""
        user, now = signed_in(self.request), timezone.now()
        note_presence(reader.response, section=section.key, by=user, at=now)
        return others_present(reader.response, reader.sections, besides=user, at=now)

    def _remove_file(self, response: Response, number: int, *, by: User) -> None:
        file = get_object_or_404(AnswerFile, response=response, pk=number)
        remove_file(response=response, file=file, by=by, at=timezone.now())
        messages.success(self.request, f"Filen ”{file.name}” är borttagen. Den finns kvar under Tidigare versioner.")

    def _after_save(
        self, request: HttpRequest, response: Response, section: Section, form: SectionForm
    ) -> HttpResponse:
        if "overview" in request.POST:
            messages.success(request, "Det du skrivit är sparat.")
            return redirect(self.url_to("overview"))
        reader = ResponseReader(response, draft=True)
        if not form.has_refused and any(name in request.POST for name in STAYING):
            place = request.POST.get("more") or request.POST.get(ZEROS, "")
            return redirect(f"{self.url_to('section', section=section.key)}#id_{place}")
        if form.errors:
            # What was typed is saved; the same form is shown again with its errors and the new revisions.
            form.reader = reader
            return self._page(request, reader, section, form, saved=True)
        newly_asked = SectionForm(reader, section).questions
        if len(newly_asked) > len(form.questions):
            messages.info(request, "Det du svarade leder till en följdfråga.")
            return redirect(self.url_to("section", section=section.key))
        messages.success(request, f"Avsnittet ”{section.title}” är sparat.")
        after = reader.open_sections[reader.open_sections.index(section) + 1 :]
        return redirect(self.url_to("section", section=after[0].key) if after else self.url_to("overview"))

    def _page(
        self,
        request: HttpRequest,
        reader: ResponseReader,
        section: Section,
        form: SectionForm,
        *,
        stale: StaleSaveError | None = None,
        refused: str = "",
        saved: bool = False,
        status: int = 200,
    ) -> HttpResponse:
        form.reader = reader
        conflicts = {conflict.question.key: conflict for conflict in stale.conflicts} if stale else {}
        previous = self._previous_answers()
        rows = form.rows()
        for row in rows:
            question = row["question"]
            row["previous"] = self._beside(row["field"].field.widget, previous.get(question.key))
            row["comment"] = self.comment_on(question)
            if conflict := conflicts.get(question.key):
                row["conflict"] = {
                    "answer": reader.in_words_as(question, conflict.theirs),
                    "by": conflict.by.display_name,
                    "at": format_datetime(conflict.at),
                }
        context: dict[str, Any] = {
            "form": form,
            "rows": rows,
            "section": section,
            "sections": reader.sections,
            "number": reader.sections.index(section) + 1,
            "note": self.note_on(section),
            "others": self._others(reader, section),
            "presence_url": f"{self.url_to('section', section=section.key)}?{PRESENCE_PARAMETER}=1",
            "response": reader.response,
            "response_title": self.response_title(),
            "overview_url": self.url_to("overview"),
            "history_url": self.url_to("history"),
            "section_url": self.url_to("section", section=section.key),
            "file_url": self.url_to("file"),
            "stale": stale,
            "refused": refused,
            "saved": saved,
            **self.beside(reader, section),
        }
        return render(request, self.template_name, context, status=status)

    def _beside(self, widget: Any, previous: tuple[AnswerInWords, Any] | None) -> AnswerInWords | None:
        """The answer of last time under the question; a table of numbers shows it in its own cells."""
        if previous is None:
            return None
        words, value = previous
        if isinstance(widget, CountGridWidget) and words.grid:
            widget.previous = value
            return None
        return words

    def _previous_answers(self) -> dict[str, tuple[AnswerInWords, Any]]:
        earlier = self.previous_response()
        if earlier is None:
            return {}
        reader = ResponseReader(earlier)
        answered = [question for question in reader.questions if is_answered(reader.value(question))]
        return {question.key: (reader.answer_in_words(question), reader.value(question)) for question in answered}


class HistoryView(ResponseView):
    """Everything that was ever written in the response, newest first, with what each version changed."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        response = self.get_response_for(request.user, pk)  # type: ignore[arg-type]
        reader = ResponseReader(response, draft=True)
        form = HistoryFilterForm(reader, request.GET)
        history = answer_history(response)
        wanted = form.cleaned_data if form.is_valid() else {}
        if wanted.get("avsnitt"):
            history = history.filter(answer__question__section__key=wanted["avsnitt"])
        if wanted.get("fraga"):
            history = history.filter(answer__question__key=wanted["fraga"])
        page = Paginator(history, VERSIONS_ON_PAGE).get_page(request.GET.get("page"))
        effort = Effort()
        versions = [
            {
                "question": version.answer.question,
                "at": version.at,
                "by": version.by.display_name,
                "is_first": version.revision == 1,
                "answer": reader.in_words_as(version.answer.question, version.value),
                "difference": difference(reader, version.answer.question, version.before, version.value, effort=effort),
            }
            for version in page.object_list
        ]
        context = {
            "versions": versions,
            "page_obj": page,
            "filter_form": form,
            "response_title": self.response_title(),
            "overview_url": self.url_to("overview"),
        }
        return render(request, "questionnaires/history.html", context)


class AnswerFileView(ResponseView):
    """A file of the response, always as a download."""

    def get(self, request: HttpRequest, pk: int, file: int) -> HttpResponseBase:
        user: User = request.user  # type: ignore[assignment]
        response = self.get_response_for(user, pk)
        kept = AnswerFile.objects.filter(response=response, pk=file).first()
        writes = may_in(response, user, Right.FILL_IN)
        # A file that the writers replaced before they submitted is theirs alone.
        if kept is None or not (writes or kept.pk in files_ever_handed_in(response)):
            raise Http404
        record_read(kept, by=user, organisation_id=response.organisation_id)
        return FileResponse(
            kept.file.open("rb"), as_attachment=True, filename=kept.name, content_type=kept.content_type
        )


def draft_context(reader: ResponseReader, view: ResponseView, *, check: bool = False) -> dict[str, Any]:
    """What the page of a draft shows: its open sections as tasks, and with `check` every problem with its link."""
    query = f"?{CHECK_PARAMETER}=1" if check else ""
    states = [state for state in reader.states() if state.section in reader.open_sections]
    further = view.further_problems(reader)
    tasks, problems = [], []
    for state in states:
        state.problems += [problem for problem in further if problem.question in state.questions]
        url = view.url_to("section", section=state.section.key) + query
        remaining = len(state.problems)
        tasks.append(
            {
                "title": state.section.title,
                "url": url,
                "status_label": state.status_label,
                "status_tone": state.status_tone,
                "hint": f"{remaining} {'fråga' if remaining == 1 else 'frågor'} återstår"
                if remaining and state.answered
                else "",
                "due": None,
            }
        )
        if check:
            problems += [(f"{url}#id_{problem.question.key}", problem) for problem in state.problems]
    return {
        "tasks": tasks,
        "problems": problems,
        "complete": sum(1 for state in states if state.is_complete),
        "history_url": view.url_to("history"),
    }
