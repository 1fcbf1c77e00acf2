"""To and from the accounting system: each payment is handed over once, each file read once, whole or not at all."""

import contextlib
import csv
import datetime
import io
from collections import defaultdict
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grants.enums import PaymentState as State
from grants.forms.accounting import CodesForm
from grants.models import AccountingEntry, AccountingExport, AccountingExportRow, AccountingImport, Grant, Payment
from grants.selectors.accounting import account_sums, counterpart_code_of, entries_of, outcome_of_call
from grants.selectors.grants import grants_for
from grants.services import accounting
from grants.services.accounting import check_outcome, export_payments, import_outcome, set_codes
from grants.services.errors import GrantError
from grants.services.payments import approve_payment, cancel_payment, mark_paid, prepare_payment
from grants.sie import SieError
from nch.accounts.enums import Role
from nch.accounts.models import Membership, User
from nch.audit.models import AuditEvent
from nch.cases.services import declare_interest
from tests.cases.test_parallel import in_parallel
from tests.factories.accounting import sie, voucher
from tests.factories.accounts import make_county, make_organisation, make_user
from tests.factories.grants import make_board_grant
from tests.grants.test_payments import approved, make_grant, plan, prepared
from tests.http import body_of

pytestmark = pytest.mark.django_db


def give_codes(grant: Grant, by: User | None = None, **changes: str) -> Grant:
    codes = {
        "project_code": grant.project_code,
        "counterpart_code": "1121",
        "account": "7110",
        "appropriation_item": "UO13 3:1 ap.5",
    }
    set_codes(grant=grant, by=by or make_user(Role.NCH_FINANCE), at=timezone.now(), **{**codes, **changes})
    return Grant.objects.select_related("call__grantor", "organisation", "case", "application__case").get(pk=grant.pk)


def export(grant: Grant) -> AccountingExport:
    return export_payments(grantor=grant.call.grantor, by=make_user(Role.NCH_FINANCE), at=timezone.now())


def content_of(row: AccountingExport) -> str:
    with row.file.open("rb") as file:
        return file.read().decode("utf-8-sig")


def test_export_has_a_row_for_each_approved_payment_and_only_those() -> None:
    grant = give_codes(make_grant())
    payment = approved(grant, 1234)
    Payment.objects.filter(pk=payment.pk).update(amount=Decimal("1234.50"), planned_on=datetime.date(2099, 1, 2))
    prepared(grant, 777)
    row = export(grant)
    head, line, *rest = content_of(row).splitlines()
    assert head == "Datum;Konto;Motpart;Anslagspost;Projekt;Belopp;Text"
    number = grant.case.registration_number
    assert line == (
        f"2099-01-02;7110;1121;UO13 3:1 ap.5;{grant.project_code};1234,50;Bidrag dnr {number}, utbetalning 1"
    )
    assert rest == []
    assert row.total == Decimal("1234.50")


def test_payment_is_handed_over_once_and_the_file_stays_the_same() -> None:
    grant = give_codes(make_grant())
    payment = approved(grant)
    row = export(grant)
    with pytest.raises(GrantError, match="ingen godkänd"):
        export(grant)
    payment.refresh_from_db()
    assert payment.export == row
    client = Client()
    client.force_login(make_user(Role.NCH_FINANCE))
    url = reverse("grants:accounting_export_file", args=[row.pk])
    first, second = (body_of(client.get(url)) for _ in range(2))
    assert first == second == content_of(row).encode("utf-8-sig")
    with pytest.raises(DatabaseError, match="row is final"), transaction.atomic():
        AccountingExport.objects.update(number=9)


def test_file_to_the_accounts_is_read_by_those_who_keep_them_and_the_auditor_and_by_nobody_recused() -> None:
    grant = give_codes(make_grant())
    approved(grant)
    row, keeper = export(grant), make_user(Role.NCH_FINANCE)
    url = reverse("grants:accounting_export_file", args=[row.pk])

    def status(user: User) -> int:
        client = Client()
        client.force_login(user)
        answer = client.get(url)
        answer.close()
        return answer.status_code

    assert [status(make_user(role)) for role in (Role.NCH_OFFICER, Role.NCH_DECISION_MAKER, Role.NCH_ANALYST)] == [
        404
    ] * 3
    assert [status(keeper), status(make_user(Role.AUDITOR))] == [200, 200]
    declare_interest(case=grant.case, recused=True, by=keeper, at=timezone.now())
    assert status(User.objects.get(pk=keeper.pk)) == 404


def test_page_of_the_accounts_says_who_reads_the_files() -> None:
    client = Client()
    client.force_login(make_user(Role.NCH_OFFICER))
    assert "läses av den som sköter bokföringen" in client.get(reverse("grants:accounting")).content.decode()


def test_export_without_codes_is_refused_with_everything_that_is_missing() -> None:
    grant = make_grant()
    payment = approved(grant)
    with pytest.raises(GrantError, match=r"saknar konto.*saknar anslagspost.*saknar motpartskod"):
        export(grant)
    payment.refresh_from_db()
    assert payment.exported_at is None
    assert not AccountingExport.objects.exists()


def test_formula_in_a_code_is_only_text_in_the_file() -> None:
    grant = give_codes(make_grant(), appropriation_item="=1+1")
    approved(grant)
    assert ";'=1+1;" in content_of(export(grant))


def test_project_keeps_its_code_once_handed_over_and_no_two_share_one() -> None:
    grant = give_codes(make_grant(), project_code="P 1")
    board = make_organisation("county_board", county=make_county("21", "Gävleborgs län"))
    other = make_grant(make_user(Role.COUNTY_SIGNATORY, board))
    with pytest.raises(GrantError, match="redan ett annat"):
        give_codes(other, project_code="P 1")
    approved(grant)
    export(grant)
    with pytest.raises(GrantError, match="behåller"):
        give_codes(grant, project_code="P 2")
    assert counterpart_code_of(give_codes(grant, counterpart_code="99")) == "99"
    with pytest.raises(PermissionDenied):
        give_codes(grant, by=make_user(Role.NCH_OFFICER))


def test_project_code_that_somebody_has_taken_stops_no_decision() -> None:
    theirs = make_board_grant()
    finance = make_user(Role.GRANT_FINANCE, theirs.grantor)
    first = make_grant()
    coming = f"N-{first.case.year}-{first.case.number + 1}"
    give_codes(theirs, project_code=coming, by=finance)
    give_codes(first, project_code=coming)
    board = make_organisation("county_board", county=make_county("21", "Gävleborgs län"))
    second = make_grant(make_user(Role.COUNTY_SIGNATORY, board))
    assert second.case.number == first.case.number + 1
    assert second.project_code == f"{coming}-2"


def test_every_grantor_has_its_own_code_for_a_recipient() -> None:
    theirs, ours = make_board_grant(), make_grant()
    Grant.objects.filter(pk=ours.pk).update(organisation=theirs.organisation_id)
    ours = give_codes(Grant.objects.get(pk=ours.pk), counterpart_code="1121")
    give_codes(theirs, counterpart_code="9", by=make_user(Role.GRANT_FINANCE, theirs.grantor))
    assert (counterpart_code_of(ours), counterpart_code_of(theirs)) == ("1121", "9")
    approved(ours)
    assert ";1121;" in content_of(export(ours))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("project_code", "=1+1"),
        ("project_code", "-12"),
        ("counterpart_code", "1<b"),
        ("account", "7a"),
        ("account", "7\n1"),
        ("appropriation_item", "@SUM(1)"),
    ],
)
def test_code_that_is_no_code_is_refused_at_its_field(name: str, text: str) -> None:
    form = CodesForm(
        {"project_code": "P 1", "counterpart_code": "", "account": "", "appropriation_item": "", name: text}
    )
    assert list(form.errors) == [name]


def test_log_says_which_codes_changed_and_not_what_was_typed() -> None:
    grant = give_codes(make_grant())
    give_codes(grant, counterpart_code="Anna A", appropriation_item="UO9")
    event = AuditEvent.objects.filter(action="accounting_codes_set").order_by("pk").last()
    assert event is not None
    assert event.details == {"changed": ["counterpart", "appropriation"]}


def test_payment_cancelled_while_the_file_is_made_is_in_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    grant = give_codes(make_grant())
    payment = approved(grant)
    render = accounting.render_export

    def meanwhile(rows: list[AccountingExportRow]) -> bytes:
        cancel_payment(payment=payment, comment="Stoppa", by=make_user(Role.NCH_FINANCE), at=timezone.now())
        return render(rows)

    monkeypatch.setattr(accounting, "render_export", meanwhile)
    with pytest.raises(GrantError, match="just ändrat"):
        export(grant)
    assert not AccountingExport.objects.exists()


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_payment_cancelled_beside_an_export_is_either_left_out_or_reversed_later() -> None:
    grant = give_codes(make_grant())
    finance, other = make_user(Role.NCH_FINANCE), make_user(Role.NCH_FINANCE)
    for _ in range(6):
        payment = approved(grant, 100)

        def step(number: int, payment: Payment = payment) -> None:
            with contextlib.suppress(GrantError):
                if number:
                    cancel_payment(payment=payment, comment="Stoppa", by=finance, at=timezone.now())
                else:
                    export_payments(grantor=grant.grantor, by=other, at=timezone.now())

        in_parallel(step, 2)
        payment.refresh_from_db()
        assert payment.state == State.CANCELLED
        with contextlib.suppress(GrantError):
            export(grant)
        assert sum(row.amount for row in payment.accounting_rows.all()) == 0


def test_voucher_that_an_overlapping_file_has_brought_is_refused_by_name() -> None:
    grant, finance = give_codes(make_grant()), make_user(Role.NCH_FINANCE)
    rows = [("7110", grant.project_code, "1000.00"), ("1930", "", "-1000.00")]

    def read(name: str, content: bytes) -> AccountingImport:
        row = check_outcome(
            grantor=grant.call.grantor,
            file_name=name,
            content=content,
            dimension="6",
            skips_other_projects=False,
            by=finance,
            at=timezone.now(),
        )
        return import_outcome(row=row, by=finance, at=timezone.now())

    january = read("januari.se", sie(voucher(rows, number="412")))
    with pytest.raises(SieError, match=r"Verifikation A 412, .*: redan inläst ur januari\.se"):
        read("februari.se", sie(voucher(rows, number="412"), voucher(rows, number="413")))
    read("mars.se", sie(voucher(rows, number="414")))
    assert sum(entry.amount for entry in entries_of(grant)) == 2000
    # Without a number it is the amount that tells vouchers of a day apart.
    read("utan.se", sie(voucher(rows, number="")))
    half = [("7110", grant.project_code, "500.00"), ("1930", "", "-500.00")]
    read("utan2.se", sie(voucher(half, number="")))
    with pytest.raises(SieError, match="redan inläst"):
        read("utan3.se", sie(voucher(rows, number=""), voucher(rows, number="415")))
    assert accounting.read_outcome(january, accounting.kept_content(january)).entries


def test_who_keeps_the_accounts_of_two_authorities_reaches_both() -> None:
    theirs, ours = make_board_grant(), give_codes(make_grant())
    approved(ours)
    keeper = make_user(Role.NCH_FINANCE)
    Membership.objects.create(
        user=keeper, organisation=theirs.grantor, role=Role.GRANT_FINANCE, valid_from=datetime.date(2018, 1, 1)
    )
    client = Client()
    client.force_login(keeper)
    url = reverse("grants:accounting")
    pages = {
        grantor: client.get(url, {"bidragsgivare": grantor.pk}).content.decode()
        for grantor in (ours.grantor, theirs.grantor)
    }
    assert ours.project_code in pages[ours.grantor]
    assert ours.project_code not in pages[theirs.grantor]
    assert f"bidragsgivare={theirs.grantor_id}" in pages[ours.grantor]
    upload = f"{reverse('grants:outcome_upload')}?bidragsgivare={theirs.grantor_id}"
    content = sie(voucher([("7110", theirs.project_code, "10.00"), ("1930", "", "-10.00")]))
    client.post(upload, {"file": SimpleUploadedFile("utfall.se", content), "dimension": "6"})
    assert AccountingImport.objects.get().grantor == theirs.grantor
    assert (
        client.get(url, {"bidragsgivare": make_organisation("region", county=make_county("21", "X")).pk}).status_code
        == 404
    )


def test_paid_and_exported_payment_is_final_in_the_database() -> None:
    grant = give_codes(make_grant())
    payment = approved(grant)
    export(grant)
    payment.refresh_from_db()
    mark_paid(
        payment=payment,
        paid_on=timezone.localdate(),
        voucher="A 1",
        by=make_user(Role.NCH_FINANCE),
        at=timezone.now(),
    )
    with pytest.raises(DatabaseError, match="row is final"), transaction.atomic():
        Payment.objects.filter(pk=payment.pk).update(amount=1)


def cancel(payment: Payment) -> None:
    payment.refresh_from_db()
    cancel_payment(
        payment=payment, comment="Mottagaren har bytt konto", by=make_user(Role.NCH_FINANCE), at=timezone.now()
    )


def test_payment_cancelled_after_it_was_handed_over_is_reversed_once_in_the_next_file() -> None:
    grant = give_codes(make_grant())
    payment = approved(grant, 1234)
    first = export(grant)
    cancel(payment)
    url = reverse("grants:payment_detail", args=[payment.pk])
    client = Client()
    client.force_login(make_user(Role.NCH_FINANCE))
    assert "Vänds i nästa underlag" in client.get(url).content.decode()
    assert "vänds i nästa underlag" in client.get(reverse("grants:accounting")).content.decode()
    # The call has got another account meanwhile: the row is taken back where it was booked.
    grant = give_codes(grant, account="7999")
    approved(grant, 500)
    second = export(grant)
    day, number = timezone.localdate().isoformat(), grant.case.registration_number
    codes = f"1121;UO13 3:1 ap.5;{grant.project_code}"
    assert content_of(second).splitlines()[1:] == [
        f"2026-06-01;7999;{codes};500,00;Bidrag dnr {number}, utbetalning 2".replace("2026-06-01", day),
        f"{day};7110;{codes};-1234,00;Rättelse av underlag {first.number}: Bidrag dnr {number}, utbetalning 1",
    ]
    assert second.total == 500 - 1234
    assert f"Vänd i underlag {second.number}" in client.get(url).content.decode()
    with pytest.raises(GrantError, match="ingen godkänd"):
        export(grant)
    with pytest.raises(DatabaseError, match="row is final"), transaction.atomic():
        AccountingExportRow.objects.update(amount=1)


def test_payment_cancelled_before_it_was_handed_over_is_in_no_file() -> None:
    grant = give_codes(make_grant())
    cancel(approved(grant))
    with pytest.raises(GrantError, match="ingen godkänd"):
        export(grant)


def exported_sums() -> dict[str, Decimal]:
    """Kronor per project in all files there are, read as the accounting system reads them."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for file in AccountingExport.objects.all():
        for row in csv.DictReader(io.StringIO(content_of(file)), delimiter=";"):
            sums[row["Projekt"]] += Decimal(row["Belopp"].replace(",", "."))
    return sums


def test_files_add_up_to_what_is_paid_whatever_is_prepared_approved_exported_paid_and_cancelled() -> None:
    board = make_organisation("county_board", county=make_county("21", "Gävleborgs län"))
    grants = [give_codes(make_grant()), give_codes(make_grant(make_user(Role.COUNTY_SIGNATORY, board)))]
    preparer, approver = make_user(Role.NCH_FINANCE), make_user(Role.NCH_FINANCE)

    def take(step: str, payment: Payment) -> None:
        now = timezone.now()
        match step:
            case "prepare":
                prepare_payment(payment=payment, by=preparer, at=now)
            case "approve":
                approve_payment(payment=payment, by=approver, at=now)
            case "pay" if payment.export_id:  # What is booked by hand instead is in no file.
                mark_paid(payment=payment, paid_on=timezone.localdate(), voucher="A 1", by=approver, at=now)
            case "cancel":
                cancel_payment(payment=payment, comment="Behövs inte", by=approver, at=now)

    @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(data=st.data())
    def walk(data: st.DataObject) -> None:
        with transaction.atomic():
            for grant in grants:
                plan(grant, *data.draw(st.lists(st.integers(1, 9_000), min_size=1, max_size=3)), by=preparer)
            for _ in range(data.draw(st.integers(3, 25))):
                step = data.draw(
                    st.sampled_from(["prepare", "approve", "approve", "pay", "cancel", "export", "export"])
                )
                try:
                    with transaction.atomic():
                        if step == "export":
                            export(grants[0])
                        else:
                            payments = list(Payment.objects.select_related("grant__call", "grant__application__case"))
                            take(step, data.draw(st.sampled_from(payments)))
                except GrantError:
                    continue
            for payment in Payment.objects.filter(state=State.APPROVED):
                if payment.export_id is None:
                    cancel(payment)
                else:
                    take("pay", payment)
            with contextlib.suppress(GrantError):  # Where all of it has been taken back, there is nothing to write.
                export(grants[0])
            sums = exported_sums()
            for grant in grants:
                paid = sum(p.amount for p in grant.payments.filter(state=State.PAID))
                assert sums.get(grant.project_code, Decimal(0)) == paid
            transaction.set_rollback(True)

    walk()


def check(grant: Grant, content: bytes, *, skips: bool = False, dimension: str = "6") -> AccountingImport:
    return check_outcome(
        grantor=grant.call.grantor,
        file_name="utfall.se",
        content=content,
        dimension=dimension,
        skips_other_projects=skips,
        by=make_user(Role.NCH_FINANCE),
        at=timezone.now(),
    )


def test_outcome_is_read_in_once_and_lies_with_its_grant() -> None:
    grant = give_codes(make_grant())
    content = sie(voucher([("7110", grant.project_code, "1000.50"), ("1930", "", "-1000.50")]))
    row = check(grant, content)
    assert not AccountingEntry.objects.exists()
    assert check(grant, content) == row
    finance = make_user(Role.NCH_FINANCE)
    for _ in range(2):
        import_outcome(row=row, by=finance, at=timezone.now())
    (entry,) = entries_of(grant)
    assert (entry.account, entry.amount, entry.voucher) == ("7110", Decimal("1000.50"), "A 1")
    assert [(s.account, s.year, s.amount) for s in account_sums([entry])] == [("7110", 2026, Decimal("1000.50"))]
    with pytest.raises(GrantError, match="redan inläst"):
        check(grant, content)
    (outcome,) = outcome_of_call(grant.call, grants_for(finance))
    assert (outcome.paid, outcome.booked, outcome.difference) == (0, Decimal("1000.50"), Decimal("1000.50"))


def test_unknown_project_refuses_the_whole_file_unless_others_are_to_be_skipped() -> None:
    grant = give_codes(make_grant())
    rows = [("7110", grant.project_code, "5.00"), ("7110", "X9", "2.00"), ("1930", "", "-7.00")]
    content = sie(voucher(rows))
    with pytest.raises(SieError, match="Projekt ”X9”"):
        check(grant, content)
    assert not AccountingImport.objects.exists()
    import_outcome(row=check(grant, content, skips=True), by=make_user(Role.NCH_FINANCE), at=timezone.now())
    assert [entry.project_code for entry in AccountingEntry.objects.all()] == [grant.project_code]


def test_another_grantors_project_is_unknown_and_another_dimension_is_no_project() -> None:
    grant = make_grant()
    skane = make_organisation("county_board", county=make_county("12", "Skåne län"))
    content = sie(voucher([("7110", grant.project_code, "5.00"), ("1930", "", "-5.00")]))
    with pytest.raises(SieError, match="inget av våra"):
        check_outcome(
            grantor=skane,
            file_name="utfall.se",
            content=content,
            dimension="6",
            skips_other_projects=False,
            by=make_user(Role.GRANT_FINANCE, skane),
            at=timezone.now(),
        )
    import_outcome(row=check(grant, content, dimension="7"), by=make_user(Role.NCH_FINANCE), at=timezone.now())
    assert not AccountingEntry.objects.exists()


def test_page_tells_faults_shows_what_would_be_read_and_reads_it() -> None:
    grant = give_codes(make_grant())
    client = Client()
    client.force_login(make_user(Role.NCH_FINANCE))
    url = reverse("grants:outcome_upload")
    faulty = SimpleUploadedFile("fel.se", b"#FLAGGA 0\n#FORMAT PC8\n#SIETYP 4\nfel\n")
    page = client.post(url, {"file": faulty, "dimension": "6"}).content.decode()
    assert "Rad 4: Raden börjar inte med en etikett" in page
    content = sie(voucher([("7110", grant.project_code, "1000.00"), ("1930", "", "-1000.00")]))
    answer = client.post(url, {"file": SimpleUploadedFile("utfall.se", content), "dimension": "6"})
    assert answer.status_code == 302
    detail = answer["Location"]
    assert "Läs in utfallet" in client.get(detail).content.decode()
    assert not AccountingEntry.objects.exists()
    assert "Utfallet är inläst" in client.post(detail, follow=True).content.decode()
    page = client.get(reverse("grants:grant_outcome", args=[grant.pk])).content.decode()
    assert "Bokfört och utbetalat skiljer sig" in page
    assert client.get(reverse("grants:call_outcome", args=[grant.call_id])).status_code == 200


def test_accounting_page_shows_what_waits_with_missing_codes_and_hands_it_over() -> None:
    grant = make_grant()
    approved(grant)
    client = Client()
    client.force_login(make_user(Role.NCH_FINANCE))
    page = client.get(reverse("grants:accounting")).content.decode()
    codes = reverse("grants:grant_codes", args=[grant.pk])
    assert codes in page
    values = {
        "project_code": "P-100",
        "counterpart_code": "1121",
        "account": "7110",
        "appropriation_item": "UO13 3:1",
    }
    assert client.post(codes, {**values, "account": "sju"}).status_code == 422
    assert client.post(codes, values).status_code == 302
    answer = client.post(reverse("grants:accounting_export"), follow=True).content.decode()
    assert "Underlag 1 är framställt" in answer
    assert "P-100" in content_of(AccountingExport.objects.get())
