"""The forms with which sections and questions are written; which fields a question has follows from its kind."""

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms

from nch.common.fields import LineField
from nch.questionnaires.builder.checks import CHOICE_KINDS, FEWEST_CHOICES, answers_to
from nch.questionnaires.builder.keys import coded
from nch.questionnaires.builder.services import QuestionInput
from nch.questionnaires.enums import ADDABLE, ColumnType, QuestionKind
from nch.questionnaires.fields import field_for
from nch.questionnaires.forms import LONGEST_ANSWER
from nch.questionnaires.models import Question, Section

LONGEST_LABEL = 200
TABLE_COLUMNS = 8
TEXT_KINDS = frozenset({QuestionKind.TEXT, QuestionKind.LONG_TEXT})
# Kinds between which a question can change and keep what it says.
_ALIKE = (
    (QuestionKind.TEXT, QuestionKind.LONG_TEXT),
    (QuestionKind.CHOICE, QuestionKind.MULTIPLE),
    (QuestionKind.NUMBER, QuestionKind.MONEY),
)


class SectionFieldsForm(forms.Form):
    """What a section says."""

    title = LineField(label="Rubrik", max_length=200)
    introduction = forms.CharField(
        label="Inledning", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class LinesField(forms.CharField):
    """Labels, one per line; each once."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": 6}), **kwargs)

    def clean(self, value: Any) -> list[str]:
        lines = [line.strip() for line in super().clean(value).splitlines() if line.strip()]
        if len(set(lines)) < len(lines):
            twice = next(line for line in lines if lines.count(line) > 1)
            raise forms.ValidationError(f"”{twice}” står flera gånger.")
        if any(len(line) > LONGEST_LABEL for line in lines):
            raise forms.ValidationError(f"En rad kan ha högst {LONGEST_LABEL} tecken.")
        return lines


class QuestionFieldsForm(forms.Form):
    """What a question of one kind says.

    `questions` are all questions of the form in order, and `sections` its sections; a `fixed` question can only be
    reworded.
    """

    label = LineField(label="Fråga", max_length=300)
    hint = forms.CharField(label="Hjälptext", required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(
        self,
        data: Any = None,
        *,
        kind: QuestionKind,
        section: Section,
        sections: Sequence[Section],
        question: Question | None = None,
        fixed: bool = False,
    ) -> None:
        self.kind, self.section, self.sections, self.question, self.fixed = kind, section, sections, question, fixed
        super().__init__(data, initial=self._initial(question) if question else {"required": True})
        if not fixed:
            self._add_fields()

    def _initial(self, question: Question) -> dict[str, Any]:
        names = ("label", "hint", "kind", "required", "max_length")
        options = question.options
        initial: dict[str, Any] = {name: getattr(question, name) for name in names}
        initial["section"] = question.section_id
        initial["many"] = bool(options.get("many"))
        for name in ("choices", "rows", "columns"):
            initial[name] = "\n".join(entry[1] for entry in options.get(name, []))
        if self.kind == QuestionKind.TABLE:
            for number, (_, label, type_) in enumerate(options.get("columns", []), start=1):
                initial[f"column_{number}"], initial[f"type_{number}"] = label, type_
        if question.shown_when_key:
            initial["shown_when"] = f"{question.shown_when_key}={question.shown_when_value}"
        return initial

    def _add_fields(self) -> None:
        alike = next((kinds for kinds in _ALIKE if self.kind in kinds), ())
        if alike:
            choices = [(kind.value, kind.label) for kind in alike]
            self.fields["kind"] = forms.ChoiceField(label="Slag av svar", choices=choices, initial=self.kind.value)
        if self.kind in TEXT_KINDS:
            self.fields["max_length"] = forms.IntegerField(
                label="Högsta antal tecken", required=False, min_value=1, max_value=LONGEST_ANSWER
            )
        elif self.kind in CHOICE_KINDS:
            self.fields["choices"] = LinesField(label="Svarsalternativ", help_text="Ett per rad, minst två.")
        elif self.kind == QuestionKind.MONEY_GRID:
            self.fields["rows"] = LinesField(label="Rader", help_text="En per rad.")
            self.fields["columns"] = LinesField(label="Kolumner", help_text="En per rad.")
        elif self.kind == QuestionKind.FILE:
            self.fields["many"] = forms.BooleanField(label="Flera filer kan lämnas", required=False)
        elif self.kind == QuestionKind.TABLE:
            self._add_columns()
        self.fields["required"] = forms.BooleanField(label="Måste besvaras", required=False)
        if conditions := list(self._conditions()):
            self.fields["shown_when"] = forms.ChoiceField(
                label="Visas",
                required=False,
                choices=[("", "Alltid"), *conditions],
                help_text="Eller bara när en tidigare fråga har ett visst svar.",
            )
        if len(self.sections) > 1 and self.question is not None:
            self.fields["section"] = forms.TypedChoiceField(
                label="Avsnitt", coerce=int, choices=[(section.pk, section.title) for section in self.sections]
            )

    def _add_columns(self) -> None:
        for number in range(1, TABLE_COLUMNS + 1):
            self.fields[f"column_{number}"] = forms.CharField(
                label=f"Kolumn {number}", max_length=LONGEST_LABEL, required=number == 1
            )
            self.fields[f"type_{number}"] = forms.ChoiceField(
                label=f"Kolumn {number} innehåller", choices=ColumnType.choices, required=False
            )

    def _conditions(self) -> Iterator[tuple[str, list[tuple[str, str]]]]:
        """The answers that the question can hang on: those of the questions before it."""
        for section in self.sections:
            for other in section.questions.all():
                if self.question is not None and other.pk == self.question.pk:
                    return
                answers = answers_to(other)
                if answers:
                    yield (
                        other.label,
                        [(f"{other.key}={code}", f"Bara vid svaret: {label}") for code, label in answers],
                    )
            if section.pk == self.section.pk:
                return

    def clean_choices(self) -> list[str]:
        choices: list[str] = self.cleaned_data["choices"]
        if len(choices) < FEWEST_CHOICES:
            raise forms.ValidationError(f"Ange minst {FEWEST_CHOICES} svarsalternativ.")
        return choices

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        columns = [cleaned.get(f"column_{number}") for number in range(1, TABLE_COLUMNS + 1)]
        for number, label in enumerate(columns, start=1):
            if label and columns.index(label) < number - 1:
                self.add_error(f"column_{number}", f"”{label}” står flera gånger.")
        return cleaned

    def content(self) -> QuestionInput:
        """What was filled in."""
        values = self.cleaned_data
        key, _, answer = values.get("shown_when", "").partition("=")
        section = next((s for s in self.sections if s.pk == values.get("section")), self.section)
        return QuestionInput(
            section=section,
            kind=values.get("kind") or self.kind,
            label=values["label"],
            hint=values["hint"],
            required=values.get("required", True),
            max_length=values.get("max_length"),
            options=self._options(),
            shown_when=(key, answer),
        )

    def _options(self) -> dict[str, Any]:
        """What the kind needs, as it is stored; what was only reworded keeps its code."""
        before = self.question.options if self.question else {}
        if self.kind not in ADDABLE:
            return dict(before)
        values = self.cleaned_data
        options: dict[str, Any] = {
            name: [list(pair) for pair in coded(values[name], before.get(name, []))]
            for name in ("choices", "rows", "columns")
            if name in values
        }
        if values.get("many"):
            options["many"] = True
        if self.kind == QuestionKind.TABLE:
            filled = [n for n in range(1, TABLE_COLUMNS + 1) if values.get(f"column_{n}")]
            pairs = coded([values[f"column_{n}"] for n in filled], before.get("columns", []))
            types = [values.get(f"type_{n}") or ColumnType.TEXT.value for n in filled]
            options["columns"] = [[code, label, type_] for (code, label), type_ in zip(pairs, types, strict=True)]
        return options


class PreviewForm(forms.Form):
    """All questions of a section as an applicant meets them, follow-up questions included; it cannot be sent."""

    def __init__(self, section: Section) -> None:
        super().__init__(prefix=f"visa-{section.pk}")
        for question in section.questions.all():
            self.fields[question.key] = field_for(question)
