"""Texts that a new call begins with; whoever writes the call changes them to what its own rules say."""

CONDITIONS = (
    "Bidraget får användas bara till det som anges i beslutet.",
    "Väsentliga ändringar av verksamheten, tidsplanen eller budgeten ska godkännas innan de genomförs.",
    "Återrapportering ska lämnas enligt återrapporteringsplanen.",
    "Underlag som visar hur bidraget har använts ska sparas i sju år och lämnas ut på begäran.",
)
RECALL_CLAUSE = (
    "Bidraget kan krävas tillbaka helt eller delvis om det har lämnats på grund av oriktiga uppgifter, om det inte har "
    "använts eller har använts till annat än det beviljades för, om villkoren i beslutet inte har följts eller om "
    "återrapporteringen inte har lämnats i tid."
)
APPEAL_TEXT = "Enligt de bestämmelser som bidraget lämnas enligt får beslutet inte överklagas."
