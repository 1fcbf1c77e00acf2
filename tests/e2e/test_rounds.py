"""Two rounds from call to closed case, as people walk them, with the clock moving on and every mail read."""

import datetime

import pytest

from nch.cases.enums import MailState
from nch.cases.models import OutgoingMail
from tests.e2e.stage import Stage, moment
from tests.e2e.walk import Round, Walk

pytestmark = [pytest.mark.django_db(transaction=True)]


ROUND_2021, ROUND_2026 = Round(2021, "10 000 000", "Skåne"), Round(2026, "15 000 000", "Gotland")


@pytest.mark.parametrize(
    ("about", "javascript"),
    [(ROUND_2021, True), (ROUND_2026, True), (ROUND_2021, False)],
    indirect=["javascript"],
    ids=["2021", "2026", "2021-no-javascript"],
)
def test_round_from_call_to_closed_case(stage: Stage, about: Round) -> None:
    walk, year = Walk(stage, about), about.year
    stage.on(year, 1, 11)
    walk.writes_call(moment(year, 1, 18, 8), moment(year, 2, 26, 16))
    walk.publishes()
    stage.on(year, 2, 8)
    walk.applies(salaries="900 000")
    stage.on(year, 3, 2)
    walk.asks_for_completion(datetime.date(year, 3, 12))
    stage.on(year, 3, 9)
    walk.completes()
    stage.on(year, 3, 15)
    walk.assesses(walk.officer, "4")
    walk.assesses(walk.second, "3")
    stage.on(year, 3, 22)
    walk.decides(amount="800 000")
    stage.on(year, 4, 6)
    walk.requisitions(amount="500 000")
    stage.on(year, 4, 8)
    walk.is_paid(datetime.date(year, 4, 8), "V1001")
    walk.plans_payments()
    stage.on(year, 9, 1)
    walk.is_paid(datetime.date(year, 9, 1), "V1002")
    stage.on(year, 10, 5)
    walk.asks_for_another_budget(salaries="710 000", travel="90 000")
    stage.on(year, 10, 26)
    walk.decides_change()
    stage.on(year + 1, 1, 20)
    walk.accounts_for(year, salaries="650 000", travel="105 000", explanation="Fler möten i länets kommuner.")
    stage.on(year + 1, 2, 20)
    walk.reviews(year)
    stage.on(year + 1, 3, 10)
    walk.pays_back(year, "45\u00a0000", due=datetime.date(year + 1, 4, 30), repaid=datetime.date(year + 1, 3, 10))
    stage.on(year + 1, 4, 2)
    walk.closes()

    # Every letter: to one reader, in plain text, with a way into the system, and none twice.
    letters = [*stage.letters, *stage.new_mail()]
    assert all(len(letter.recipients()) == 1 for letter in letters)
    assert all("http" in str(letter.body) and "<" not in str(letter.body) for letter in letters)
    identities = [letter.extra_headers["Message-ID"] for letter in letters]
    assert len(identities) == len(set(identities)) == OutgoingMail.objects.filter(state=MailState.SENT).count()
    assert not OutgoingMail.objects.exclude(state=MailState.SENT).exists()
    subjects = {letter.subject for letter in letters}
    assert len([subject for subject in subjects if "eslut" in subject]) >= 1
    assert not any(word in str(letter.body) for letter in letters for word in ("800 000", "Delvis bifall"))
