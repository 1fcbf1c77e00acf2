"""The application form of a call: a draft of its own until the call is published, then frozen with it."""

from grants.models import FundingCall
from grants.standard_form import BUDGET_KEY, FIXED_KEYS, FORM_KEY, FORM_TITLE, application_form
from nch.accounts.enums import Right
from nch.counties.enums import OrganisationKind
from nch.questionnaires.builder.services import FormDraft, copy_version, set_grid_columns
from nch.questionnaires.models import QuestionnaireVersion
from nch.questionnaires.versions import create_version


def form_draft(call: FundingCall) -> FormDraft:
    """The call's form as something to write in: for those who manage the grantor's calls."""
    if call.version is None:
        raise ValueError("A call has a form from its first save on.")
    return FormDraft(call.version, owner_id=call.grantor_id, right=Right.MANAGE_CALLS, fixed_keys=FIXED_KEYS)


def _form_key(call: FundingCall) -> tuple[str, str]:
    """The key and title of the form, whose versions are counted per authority."""
    if call.grantor.kind == OrganisationKind.NCH:
        return FORM_KEY, FORM_TITLE
    return f"ansokan-{call.grantor_id}", f"Ansökan om bidrag från {call.grantor.name}"


def give_form(call: FundingCall, *, copied_from: QuestionnaireVersion | None = None) -> None:
    """Give the call a draft of the standard form for its budget years, or one that says what another form says."""
    key, title = _form_key(call)
    if copied_from is not None:
        call.version = copy_version(copied_from, key=key, title=title)
    else:
        years = [row.year for row in call.budgets.all()]
        call.version = create_version(key=key, title=title, sections=application_form(years))
    call.save(update_fields=["version"])


def fit_form_to_budget(call: FundingCall) -> QuestionnaireVersion:
    """Let the budget question of the call's draft ask about the call's budget years, and return the draft."""
    years = list(call.budgets.values_list("year", flat=True))
    draft = form_draft(call)
    set_grid_columns(draft, key=BUDGET_KEY, columns=[(str(year), str(year)) for year in years])
    return draft.version
