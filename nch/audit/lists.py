"""Lists that people work with: saved views of them, and all that is shown as a file, which leaves a row in the log."""

import tempfile
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone

from nch.accounts.doors import signed_in
from nch.accounts.forms import SaveViewForm
from nch.accounts.selectors import views_of_page
from nch.accounts.services import SavedViewError, clean_query, save_view
from nch.audit.services import record
from nch.common.exports import CONTENT_TYPES, About, Column, file_name, write_csv, write_xlsx
from nch.common.lists import SortedListView

SOURCE = "Nationellt centrum mot hedersrelaterat våld och förtryck, NCH:s system"
WITHOUT_VIEW = "alla"
"""`?vy=alla` shows the list as it is, also to those who have chosen another view to begin with."""

_ROWS_AT_A_TIME = 2000
_KEPT_IN_MEMORY = 5 * 1024 * 1024


class WorkingListView(SortedListView):
    """A sorted list with its file in XLSX and CSV (`?format=`) and its saved views.

    The file has every row of the present filter and order, not only the page, with `export_columns`. `filtered` sets
    `self.form` to the filter form, whose fields are the parameters that a saved view may hold.
    """

    form: forms.Form
    export_title: ClassVar[str]
    export_columns: ClassVar[Sequence[Column]]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        wanted = request.GET.get("format", "")
        if wanted in CONTENT_TYPES:
            return self.export(wanted)
        self.views = views_of_page(request.user, self.page_name)
        start = next((view for view in self.views if getattr(view, "is_default", False)), None)
        if start is not None and not request.GET:
            return redirect(f"{request.path}?{start.query or f'vy={WITHOUT_VIEW}'}")
        return super().get(request, *args, **kwargs)

    @property
    def page_name(self) -> str:
        """The URL name of the list, by which its views are kept."""
        match = self.request.resolver_match
        return match.view_name if match else ""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Save the filter and the order of the address as a view."""
        self.filtered()
        user = signed_in(request)
        known = [*self.form.fields, "sort"] if self.form.is_valid() else []
        query = clean_query(request.GET, known)
        self.save_form = SaveViewForm(request.POST, user=user, prefix="vy")
        if self.save_form.is_valid():
            try:
                view = save_view(page=self.page_name, query=query, by=user, **self.save_form.cleaned_data)
            except SavedViewError as error:
                self.save_form.add_error("name", str(error))
            else:
                messages.success(request, f"Vyn ”{view.name}” är sparad.")
                return redirect(f"{request.path}?{query}" if query else request.path)
        self.views = views_of_page(user, self.page_name)
        answer = super().get(request, *args, **kwargs)
        answer.status_code = 422
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = signed_in(self.request)
        save_form = getattr(self, "save_form", None) or SaveViewForm(user=user, prefix="vy")
        tools = {"views": self.views, "save_form": save_form, "user_id": user.pk}
        return super().get_context_data(list_tools=tools, **kwargs)

    def export(self, suffix: str) -> HttpResponseBase:
        """All rows of the present filter and order as a file; written to disk where it is large."""
        now = timezone.now()
        rows = self.export_rows(self.get_queryset())
        file = tempfile.SpooledTemporaryFile(max_size=_KEPT_IN_MEMORY)  # noqa: SIM115 - the response closes it
        if suffix == "csv":
            count = write_csv(file, self.export_columns, rows)
        else:
            about = About(self.export_title, SOURCE, now, selection=self._selection_in_words())
            count = write_xlsx(file, self.export_columns, rows, about)
        file.seek(0)
        record("exported", by=signed_in(self.request), details={"list": self.page_name, "rows": count, "as": suffix})
        name = file_name(self.export_title, timezone.localdate(now), suffix)
        return FileResponse(file, as_attachment=True, filename=name, content_type=CONTENT_TYPES[suffix])

    def export_rows(self, queryset: QuerySet[Any]) -> Iterable[Any]:
        """The rows as the columns read them, a few at a time; a list that shows more than its rows says how here."""
        return queryset.iterator(chunk_size=_ROWS_AT_A_TIME)

    def _selection_in_words(self) -> str:
        parts = []
        for bound in self.form:
            value = bound.data
            if value in (None, "", []):
                continue
            choices = dict(getattr(bound.field, "choices", ()))
            parts.append(f"{bound.label}: {choices.get(value, value)}")
        return ", ".join(parts)
