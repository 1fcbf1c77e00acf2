"""Roles, what each may do, and nothing else: read this table to know who may do what."""

from django.db.models import TextChoices


class Role(TextChoices):
    NCH_OFFICER = "nch_officer", "Handläggare, NCH"
    NCH_DECISION_MAKER = "nch_decision_maker", "Beslutsfattare, NCH"
    NCH_FINANCE = "nch_finance", "Ekonom, NCH"
    NCH_ANALYST = "nch_analyst", "Analytiker, NCH"
    NCH_LINE = "nch_line", "Stödtelefonen, NCH"
    NCH_LINE_LEAD = "nch_line_lead", "Ansvarig för stödtelefonen, NCH"
    NCH_ADMIN = "nch_admin", "Administratör, NCH"
    COUNTY_OFFICER = "county_officer", "Handläggare, länsstyrelse"
    COUNTY_SIGNATORY = "county_signatory", "Behörig företrädare, länsstyrelse"
    RC_COORDINATOR = "rc_coordinator", "Samordnare, resurscentrum"
    RC_LINE = "rc_line", "Stödtelefonen, resurscentrum"
    AUDITOR = "auditor", "Granskare"
    GRANT_OFFICER = "grant_officer", "Handläggare av bidrag, länsstyrelse"
    GRANT_DECISION_MAKER = "grant_decision_maker", "Beslutsfattare om bidrag, länsstyrelse"
    GRANT_FINANCE = "grant_finance", "Ekonom för bidrag, länsstyrelse"
    APPLICANT_OFFICER = "applicant_officer", "Handläggare hos sökande"
    APPLICANT_SIGNATORY = "applicant_signatory", "Behörig företrädare hos sökande"


class Right(TextChoices):
    SEE_CASES = "see_cases", "Se utlysningar och den egna organisationens ärenden"
    HANDLE_CASES = "handle_cases", "Se de ärenden som organisationen handlägger"
    MANAGE_CALLS = "manage_calls", "Skapa och publicera utlysningar"
    FILL_IN = "fill_in", "Fylla i ansökningar, lägesbilder och statistik"
    SUBMIT = "submit", "Lämna in för organisationens räkning"
    ASSESS = "assess", "Bedöma ansökningar"
    DECLARE_INTEREST = "declare_interest", "Anmäla jäv"
    DECLARE_FIRST = "declare_first", "Ta ställning till jäv innan ett ärende öppnas"
    PROPOSE_DECISIONS = "propose_decisions", "Föredra ärenden och föreslå beslut"
    DECIDE = "decide", "Fatta beslut"
    PREPARE_PAYMENTS = "prepare_payments", "Förbereda utbetalningar"
    APPROVE_PAYMENTS = "approve_payments", "Godkänna utbetalningar som någon annan har förberett"
    KEEP_ACCOUNTS = "keep_accounts", "Bokföra utbetalningar och återbetalningar, läsa in utfall"
    REVIEW_SUBSTANCE = "review_substance", "Granska ekonomiska redovisningar i sak"
    REVIEW_SUMS = "review_sums", "Granska ekonomiska redovisningars summor"
    ANSWER = "answer", "Svara på frågor i de ärenden som organisationen handlägger"
    MANAGE_REPORTING = "manage_reporting", "Begära in lägesbilder och statistik"
    CODE_REPORTS = "code_reports", "Koda lägesbilder i teman och ändra temana"
    SEE_CENTRES = "see_centres", "Se resurscentrum och lägesbilder"
    SEE_RETURNS = "see_returns", "Se statistik som resurscentrum lämnar in"
    LOG_CALLS = "log_calls", "Registrera samtal"
    SEE_CALLS = "see_calls", "Se registrerade samtal"
    LEAD_LINE = "lead_line", "Leda en stödtelefon: bemanning, öppettider, rättelser och gamla register"
    KEEP_CODES = "keep_codes", "Ändra kodlistor, vägledning och publicerade årstal"
    SEE_STATISTICS = "see_statistics", "Se statistik"
    MAKE_REPORTS = "make_reports", "Ta fram rapporter"
    PREPARE_RELEASES = "prepare_releases", "Förbereda publicering av statistik"
    SIGN_RELEASES = "sign_releases", "Godkänna och återkalla publicering av statistik"
    MANAGE_USERS = "manage_users", "Bjuda in användare och ändra behörighet"
    KEEP_POPULATION = "keep_population", "Läsa in länens folkmängd"
    READ_LOG = "read_log", "Läsa händelseloggen"


_GRANT_OFFICER = frozenset(
    {
        Right.SEE_CASES,
        Right.HANDLE_CASES,
        Right.MANAGE_CALLS,
        Right.ASSESS,
        Right.DECLARE_INTEREST,
        Right.DECLARE_FIRST,
        Right.PROPOSE_DECISIONS,
        Right.PREPARE_PAYMENTS,
        Right.REVIEW_SUBSTANCE,
        Right.ANSWER,
    }
)
_GRANT_DECISION_MAKER = frozenset(
    {
        Right.SEE_CASES,
        Right.HANDLE_CASES,
        Right.DECLARE_INTEREST,
        Right.DECLARE_FIRST,
        Right.DECIDE,
        Right.APPROVE_PAYMENTS,
        Right.ANSWER,
    }
)
_GRANT_FINANCE = frozenset(
    {
        Right.SEE_CASES,
        Right.HANDLE_CASES,
        # Those who see to payments and sums open hundreds of cases; they are asked by no door, but can declare.
        Right.DECLARE_INTEREST,
        Right.PREPARE_PAYMENTS,
        Right.APPROVE_PAYMENTS,
        Right.KEEP_ACCOUNTS,
        Right.REVIEW_SUMS,
        Right.ANSWER,
    }
)

RIGHTS: dict[str, frozenset[Right]] = {
    Role.NCH_OFFICER: _GRANT_OFFICER
    | {
        Right.MANAGE_REPORTING,
        Right.CODE_REPORTS,
        Right.SEE_CENTRES,
        Right.SEE_RETURNS,
        Right.SEE_STATISTICS,
    },
    Role.NCH_DECISION_MAKER: _GRANT_DECISION_MAKER
    | {Right.SEE_CENTRES, Right.SEE_RETURNS, Right.SEE_STATISTICS, Right.SIGN_RELEASES},
    Role.NCH_FINANCE: _GRANT_FINANCE | {Right.SEE_STATISTICS},
    Role.NCH_ANALYST: frozenset(
        {
            Right.SEE_CASES,
            Right.HANDLE_CASES,
            Right.SEE_CENTRES,
            Right.SEE_RETURNS,
            Right.SEE_STATISTICS,
            Right.MAKE_REPORTS,
            Right.PREPARE_RELEASES,
            Right.SIGN_RELEASES,
        }
    ),
    Role.NCH_LINE: frozenset({Right.LOG_CALLS, Right.SEE_CALLS, Right.SEE_STATISTICS}),
    Role.NCH_LINE_LEAD: frozenset(
        {Right.LOG_CALLS, Right.SEE_CALLS, Right.LEAD_LINE, Right.KEEP_CODES, Right.SEE_STATISTICS}
    ),
    Role.NCH_ADMIN: frozenset({Right.MANAGE_USERS, Right.KEEP_POPULATION}),
    Role.COUNTY_OFFICER: frozenset({Right.SEE_CASES, Right.FILL_IN, Right.SEE_CENTRES, Right.SEE_RETURNS}),
    Role.COUNTY_SIGNATORY: frozenset(
        {Right.SEE_CASES, Right.FILL_IN, Right.SUBMIT, Right.SEE_CENTRES, Right.SEE_RETURNS}
    ),
    # A centre is no applicant and no party: what its coordinator fills in and hands in is the centre's statistics.
    Role.RC_COORDINATOR: frozenset(
        {Right.LOG_CALLS, Right.SEE_CALLS, Right.LEAD_LINE, Right.SEE_RETURNS, Right.FILL_IN, Right.SUBMIT}
    ),
    Role.RC_LINE: frozenset({Right.LOG_CALLS, Right.SEE_CALLS}),
    Role.AUDITOR: frozenset(
        {
            Right.SEE_CASES,
            Right.HANDLE_CASES,
            Right.SEE_CENTRES,
            Right.SEE_RETURNS,
            Right.SEE_CALLS,
            Right.SEE_STATISTICS,
            Right.READ_LOG,
        }
    ),
    Role.GRANT_OFFICER: _GRANT_OFFICER,
    Role.GRANT_DECISION_MAKER: _GRANT_DECISION_MAKER,
    Role.GRANT_FINANCE: _GRANT_FINANCE,
    Role.APPLICANT_OFFICER: frozenset({Right.SEE_CASES, Right.FILL_IN}),
    Role.APPLICANT_SIGNATORY: frozenset({Right.SEE_CASES, Right.FILL_IN, Right.SUBMIT}),
}

# Held at NCH, these reach the whole country; all other roles reach the organisation of the membership only.
NATIONAL_ROLES = frozenset(
    {
        Role.NCH_OFFICER,
        Role.NCH_DECISION_MAKER,
        Role.NCH_FINANCE,
        Role.NCH_ANALYST,
        Role.NCH_ADMIN,
        Role.AUDITOR,
    }
)

# These follow the matter and not the country: a grant is handled by the authority that gives it, so NCH does not see
# what a county board decides about municipalities and regions under förordning (2025:838). The auditor reads all.
RIGHTS_OF_THE_HANDLER = _GRANT_OFFICER | _GRANT_DECISION_MAKER | _GRANT_FINANCE


def reaches_everywhere(role: str, right: Right) -> bool:
    """Whether the right, held by this role, reaches the whole country."""
    if role not in NATIONAL_ROLES or right not in RIGHTS[role]:
        return False
    return role == Role.AUDITOR or right not in RIGHTS_OF_THE_HANDLER


# Which kinds of organisation a role can be held at; a mistake in an invitation must not widen what a person sees.
_NCH, _COUNTY_BOARD, _CENTRE = frozenset({"nch"}), frozenset({"county_board"}), frozenset({"resource_centre"})
_APPLICANTS = frozenset(
    {"municipality", "region", "municipal_association", "barnahus", "agency", "civil_society", "university"}
)
ROLE_HOMES: dict[str, frozenset[str]] = {
    **dict.fromkeys(
        (
            Role.NCH_OFFICER,
            Role.NCH_DECISION_MAKER,
            Role.NCH_FINANCE,
            Role.NCH_ANALYST,
            Role.NCH_LINE,
            Role.NCH_LINE_LEAD,
            Role.NCH_ADMIN,
            Role.AUDITOR,
        ),
        _NCH,
    ),
    **dict.fromkeys(
        (
            Role.COUNTY_OFFICER,
            Role.COUNTY_SIGNATORY,
            Role.GRANT_OFFICER,
            Role.GRANT_DECISION_MAKER,
            Role.GRANT_FINANCE,
        ),
        _COUNTY_BOARD,
    ),
    Role.RC_COORDINATOR: _CENTRE,
    Role.RC_LINE: _CENTRE,
    Role.APPLICANT_OFFICER: _APPLICANTS,
    Role.APPLICANT_SIGNATORY: _APPLICANTS,
}


class TokenScope(TextChoices):
    """What a program may do with a key, within what its owner may."""

    READ = "read", "Läsa"
    HAND_IN = "hand_in", "Läsa, fylla i och lämna in lägesbilder och statistik"
