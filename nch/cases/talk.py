"""What a page with the answers of a form needs to know to lead to the conversations about each question."""

from dataclasses import dataclass
from functools import cached_property

from django.db.models import Count
from django.urls import reverse
from django.utils.http import urlencode

from nch.accounts.models import User
from nch.cases.conversations import may_write
from nch.cases.models import Case
from nch.cases.selectors import Anyone, conversations_for


@dataclass(frozen=True)
class CaseTalk:
    """How many conversations there are about each question (by its key), and who may begin one."""

    case: Case
    counts: dict[str, int]
    writable: bool

    def new_url(self, key: str = "", label: str = "") -> str:
        """Where a conversation is begun, about a question where one is given."""
        query = {name: value for name, value in (("fraga", key), ("rubrik", label)) if value}
        return f"{self._new}?{urlencode(query)}" if query else self._new

    @cached_property
    def _new(self) -> str:
        return reverse("conversation_new", args=[self.case.pk])

    def list_url(self, key: str) -> str:
        """The conversations about a question."""
        query = urlencode({"arende": str(self.case.pk), "fraga": key, "visa": "alla"})
        return f"{reverse('conversation_list')}?{query}"


def talk_about(user: Anyone, case: Case | None) -> CaseTalk | None:
    """What to show beside each question of a form that lies in the case (one query); nothing before there is a case."""
    if case is None or not isinstance(user, User):
        return None
    about = conversations_for(user).filter(case=case).exclude(about_key="").order_by()
    counts = dict(about.values_list("about_key").annotate(Count("pk")))
    return CaseTalk(case=case, counts=counts, writable=may_write(user, case))
