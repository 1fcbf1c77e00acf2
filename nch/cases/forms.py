"""Forms of the case's pages: filters, declarations, messages."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from nch.accounts.models import User
from nch.cases.conversations import MessageInput
from nch.cases.enums import CaseKind
from nch.cases.follow_up import DueState
from nch.cases.kinds import KIND_CHOICES
from nch.cases.models import Task
from nch.cases.selectors import CaseChoices
from nch.common.fields import DayField, LineField, SearchField, set_choices, set_queryset
from nch.common.formats import HIGHEST_KEY


def offer(form: forms.BaseForm, name: str, choices: list[tuple[int, str]]) -> None:
    """Let a filter offer these choices, or leave it out where there is nothing to choose between."""
    set_choices(form, name, [("", "Alla"), *choices])
    if len(choices) < 2:
        form.fields[name].widget = forms.HiddenInput()


class CaseFilterForm(forms.Form):
    """Search in diary number, title and party; choose among what there is in the cases that the user may see."""

    q = SearchField(label="Diarienummer, ärende eller organisation")
    slag = forms.ChoiceField(label="Slag", required=False, choices=[("", "Alla"), *CaseKind.choices])
    lage = forms.ChoiceField(
        label="Läge", required=False, choices=[("", "Alla"), ("pagar", "Pågår"), ("avslutat", "Avslutat")]
    )
    ar = forms.TypedChoiceField(label="År", required=False, coerce=int, empty_value=None)
    organisation = forms.TypedChoiceField(label="Organisation", required=False, coerce=int, empty_value=None)
    handlagger = forms.TypedChoiceField(label="Handläggs av", required=False, coerce=int, empty_value=None)

    def __init__(self, *args: Any, choices: CaseChoices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "ar", [(year, str(year)) for year in choices.years])
        offer(self, "organisation", choices.parties)
        offer(self, "handlagger", choices.handlers)


class TaskFilterForm(forms.Form):
    """Which of one's tasks: of a kind, or the late ones."""

    slag = forms.ChoiceField(label="Slag", required=False, choices=[("", "Alla"), *KIND_CHOICES])
    sena = forms.BooleanField(label="Bara försenade", required=False)


class CalendarFilterForm(forms.Form):
    """What is shown in the calendar: how it stands, of which kind, from whom."""

    vy = forms.CharField(required=False, widget=forms.HiddenInput)
    manad = forms.CharField(required=False, widget=forms.HiddenInput)
    lage = forms.ChoiceField(
        label="Läge",
        required=False,
        choices=[("", "Inte klart"), *DueState.choices, ("alla", "Allt")],
    )
    slag = forms.ChoiceField(label="Slag", required=False, choices=[("", "Alla"), *KIND_CHOICES])
    organisation = forms.TypedChoiceField(label="Organisation", required=False, coerce=int, empty_value=None)

    def __init__(self, *args: Any, tasks: QuerySet[Task], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = tasks.order_by("organisation__sort_key").values_list("organisation_id", "organisation__name")
        offer(self, "organisation", list(names.distinct()))

    def show_all_by_default(self) -> None:
        """Say that what is done is shown as well where nothing is chosen."""
        set_choices(self, "lage", [("", "Allt"), *DueState.choices])


class DeclarationForm(forms.Form):
    """Whether one has a conflict of interest; a reason is asked for where one has."""

    recused = forms.ChoiceField(
        label="Är du jävig i ärendet?",
        choices=[("no", "Nej, jag är inte jävig"), ("yes", "Ja, jag är jävig och ska inte delta i handläggningen")],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label="Vad är skälet?",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Fyll i om du är jävig. Skälet visas bara för dem som handlägger ärendet.",
    )
    next = forms.CharField(required=False, widget=forms.HiddenInput)

    @property
    def is_recused(self) -> bool:
        """Whether a conflict of interest was declared."""
        return bool(self.cleaned_data["recused"] == "yes")


class _WithAnswerForm(forms.Form):
    """A message; whoever handles the case can ask for an answer, and by when."""

    text = forms.CharField(
        label="Meddelande", max_length=5000, widget=forms.Textarea(attrs={"rows": 6}), help_text="Högst 5 000 tecken."
    )
    wants_answer = forms.BooleanField(label="Vi behöver ett svar", required=False)
    answer_by = DayField(
        label="Svar senast",
        required=False,
        help_text="Lämna tomt om det inte är bråttom. Med ett datum påminns mottagaren.",
    )

    def __init__(self, *args: Any, for_handler: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not for_handler:
            del self.fields["wants_answer"], self.fields["answer_by"]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        answer_by = values.get("answer_by")
        if answer_by and answer_by < timezone.localdate():
            self.add_error("answer_by", "Välj en dag som inte har passerat.")
        return values

    @property
    def content(self) -> MessageInput:
        """What was written, for the service; a last day means that an answer is wanted."""
        values = self.cleaned_data
        answer_by = values.get("answer_by")
        return MessageInput(values["text"], bool(values.get("wants_answer") or answer_by), answer_by)


class MessageForm(_WithAnswerForm):
    """A message in a conversation."""

    field_order = ["text", "wants_answer", "answer_by"]


class ConversationForm(_WithAnswerForm):
    """A new conversation; about a question of a form where one is named."""

    subject = LineField(label="Ämne", max_length=200)
    internal = forms.BooleanField(
        label="Bara för oss som handlägger ärendet",
        required=False,
        help_text="Den som ärendet gäller ser inte en intern konversation och får inget brev.",
    )
    about_key = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput)
    about_label = forms.CharField(required=False, max_length=300, widget=forms.HiddenInput)
    field_order = ["subject", "text", "internal", "wants_answer", "answer_by"]

    def __init__(self, *args: Any, for_handler: bool, **kwargs: Any) -> None:
        super().__init__(*args, for_handler=for_handler, **kwargs)
        if not for_handler:
            del self.fields["internal"]


class ConversationFilterForm(forms.Form):
    """Which questions: unanswered ones, open ones or all; mine or nobody's."""

    visa = forms.ChoiceField(
        label="Visa",
        required=False,
        choices=[
            ("", "Väntar på svar"),
            ("oppna", "Alla öppna"),
            ("avslutade", "Avslutade"),
            ("alla", "Alla"),
        ],
    )
    ansvarig = forms.ChoiceField(
        label="Ansvarig", required=False, choices=[("", "Alla"), ("jag", "Jag"), ("ingen", "Ingen ännu")]
    )
    q = SearchField(label="Diarienummer, ämne eller organisation")
    arende = forms.IntegerField(required=False, min_value=1, max_value=HIGHEST_KEY, widget=forms.HiddenInput)
    fraga = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput)


class OwnerForm(forms.Form):
    """Who is to answer."""

    owner = forms.ModelChoiceField(label="Lämna över till", queryset=User.objects.none(), empty_label="Välj kollega")

    def __init__(self, *args: Any, colleagues: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_queryset(self, "owner", colleagues)
