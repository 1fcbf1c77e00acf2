"""Roles, what each may do, and nothing else: read this table to know who may do what."""

from django.db.models import TextChoices


class Role(TextChoices):
    NCH_OFFICER = "nch_officer", "Handläggare, NCH"
    NCH_DECISION_MAKER = "nch_decision_maker", "Beslutsfattare, NCH"
    NCH_FINANCE = "nch_finance", "Ekonom, NCH"
    NCH_ANALYST = "nch_analyst", "Analytiker, NCH"
    NCH_LINE = "nch_line", "Stödtelefonen, NCH"
    NCH_ADMIN = "nch_admin", "Administratör, NCH"
    COUNTY_OFFICER = "county_officer", "Handläggare, länsstyrelse"
    COUNTY_SIGNATORY = "county_signatory", "Behörig företrädare, länsstyrelse"
    RC_COORDINATOR = "rc_coordinator", "Samordnare, resurscentrum"
    AUDITOR = "auditor", "Granskare"


class Right(TextChoices):
    SEE_CASES = "see_cases", "Se ärenden, utlysningar och ansökningar"
    MANAGE_CALLS = "manage_calls", "Skapa och publicera utlysningar"
    FILL_IN = "fill_in", "Fylla i ansökningar och lägesbilder"
    SUBMIT = "submit", "Lämna in för organisationens räkning"
    ASSESS = "assess", "Bedöma ansökningar"
    DECLARE_INTEREST = "declare_interest", "Anmäla jäv"
    PROPOSE_DECISIONS = "propose_decisions", "Föredra ärenden och föreslå beslut"
    DECIDE = "decide", "Fatta beslut"
    MANAGE_REPORTING = "manage_reporting", "Begära in lägesbilder"
    SEE_CENTRES = "see_centres", "Se resurscentrum och lägesbilder"
    LOG_CALLS = "log_calls", "Registrera samtal"
    SEE_CALLS = "see_calls", "Se registrerade samtal"
    SEE_STATISTICS = "see_statistics", "Se statistik"
    MAKE_REPORTS = "make_reports", "Ta fram rapporter"
    MANAGE_USERS = "manage_users", "Bjuda in användare och ändra behörighet"
    READ_LOG = "read_log", "Läsa händelseloggen"


RIGHTS: dict[str, frozenset[Right]] = {
    Role.NCH_OFFICER: frozenset(
        {
            Right.SEE_CASES,
            Right.MANAGE_CALLS,
            Right.ASSESS,
            Right.DECLARE_INTEREST,
            Right.PROPOSE_DECISIONS,
            Right.MANAGE_REPORTING,
            Right.SEE_CENTRES,
            Right.SEE_STATISTICS,
        }
    ),
    Role.NCH_DECISION_MAKER: frozenset(
        {Right.SEE_CASES, Right.DECLARE_INTEREST, Right.DECIDE, Right.SEE_CENTRES, Right.SEE_STATISTICS}
    ),
    Role.NCH_FINANCE: frozenset({Right.SEE_CASES, Right.SEE_STATISTICS}),
    Role.NCH_ANALYST: frozenset({Right.SEE_CASES, Right.SEE_CENTRES, Right.SEE_STATISTICS, Right.MAKE_REPORTS}),
    Role.NCH_LINE: frozenset({Right.LOG_CALLS, Right.SEE_CALLS, Right.SEE_STATISTICS}),
    Role.NCH_ADMIN: frozenset({Right.MANAGE_USERS}),
    Role.COUNTY_OFFICER: frozenset({Right.SEE_CASES, Right.FILL_IN, Right.SEE_CENTRES}),
    Role.COUNTY_SIGNATORY: frozenset({Right.SEE_CASES, Right.FILL_IN, Right.SUBMIT, Right.SEE_CENTRES}),
    Role.RC_COORDINATOR: frozenset({Right.LOG_CALLS, Right.SEE_CALLS}),
    Role.AUDITOR: frozenset(
        {Right.SEE_CASES, Right.SEE_CENTRES, Right.SEE_CALLS, Right.SEE_STATISTICS, Right.READ_LOG}
    ),
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

# Which kind of organisation a role can be held at; a mistake in an invitation must not widen what a person sees.
ROLE_HOME: dict[str, str] = {
    **dict.fromkeys(
        (
            Role.NCH_OFFICER,
            Role.NCH_DECISION_MAKER,
            Role.NCH_FINANCE,
            Role.NCH_ANALYST,
            Role.NCH_LINE,
            Role.NCH_ADMIN,
            Role.AUDITOR,
        ),
        "nch",
    ),
    Role.COUNTY_OFFICER: "county_board",
    Role.COUNTY_SIGNATORY: "county_board",
    Role.RC_COORDINATOR: "resource_centre",
}
