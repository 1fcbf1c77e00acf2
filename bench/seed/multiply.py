"""Making ten times as many calls of those that are there, in the database itself.

A copy has another county and another caller category than its original (each the next in a ring), began some seconds
later in the same minute, and has no municipality. So the tally of the copies follows from that of the originals by
exchanging keys, and every combination of keys comes about as often as with so many calls of their own. The events that
log the copies are left out.
"""

from collections.abc import Mapping, Sequence

from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Max, Model

from nch.counties.models import County
from stodtelefon.enums import CodeKind, Cut
from stodtelefon.models import CallTally, ExposedIndividual, Exposure, SupportCall
from stodtelefon.selectors import codes
from stodtelefon.tallying import Amounts, TallyKey

# Where a cut has its county and its category.
COUNTY_AT = {Cut.PLACE: "first_key", Cut.EXPOSURE: "third_key"}
CATEGORY_AT = {Cut.PLACE: "second_key", Cut.TOPIC: "second_key"}
Ring = Mapping[str, str]
GIVEN = SupportCall.advice.through
COPIED: tuple[type[Model], ...] = (SupportCall, GIVEN, ExposedIndividual, Exposure)


def _ring(keys: Sequence[str], step: int) -> Ring:
    return {key: keys[(place + step) % len(keys)] for place, key in enumerate(keys)}


def multiply_calls(times: int) -> None:
    """Add `times` - 1 copies of every call, with its individuals, exposures and advice, and tally them."""
    counties = list(County.objects.values_list("code", flat=True))
    categories = list(codes(CodeKind.CALLER_CATEGORY))
    # The keys of a copy lie so many times the originals' highest key above those of its original.
    highest = {model: model._default_manager.aggregate(highest=Max("pk"))["highest"] or 0 for model in COPIED}
    rings = []
    for copy in range(1, times):
        county, category = _ring(counties, copy), _ring([code.code for code in categories], copy)
        _copy_rows(copy, highest, county, _ring([str(code.pk) for code in categories], copy))
        rings.append((county, category))
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(COPIED)):
            cursor.execute(statement)
    _tally_copies(rings)


@transaction.atomic
def _copy_rows(copy: int, highest: Mapping[type[Model], int], counties: Ring, categories: Ring) -> None:
    """One copy of everything."""
    away = {model: number * copy for model, number in highest.items()}
    changes: dict[type[Model], tuple[dict[str, str], str]] = {
        SupportCall: (
            {
                "started_at": f"old.started_at + interval '{copy} seconds'",
                "logged_at": f"old.logged_at + interval '{copy} seconds'",
                "county_id": "county_ring.new",
                "caller_category_id": "category_ring.new",
                "municipality_id": "NULL",
                "idempotency_key": "gen_random_uuid()",
            },
            "LEFT JOIN county_ring ON county_ring.old = old.county_id "
            "JOIN category_ring ON category_ring.old = old.caller_category_id",
        ),
        GIVEN: ({"supportcall_id": f"old.supportcall_id + {away[SupportCall]}"}, ""),
        ExposedIndividual: ({"call_id": f"old.call_id + {away[SupportCall]}"}, ""),
        Exposure: ({"individual_id": f"old.individual_id + {away[ExposedIndividual]}"}, ""),
    }
    with connection.cursor() as cursor:
        # Copies point at copies by construction; to look that up five million times takes longer than all the rest.
        cursor.execute("SELECT usesuper FROM pg_user WHERE usename = current_user")
        if cursor.fetchone()[0]:
            cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("CREATE TEMP TABLE county_ring (old varchar(2), new varchar(2))")
        cursor.executemany("INSERT INTO county_ring VALUES (%s, %s)", list(counties.items()))
        cursor.execute("CREATE TEMP TABLE category_ring (old bigint, new bigint)")
        cursor.executemany(
            "INSERT INTO category_ring VALUES (%s, %s)", [(int(old), int(new)) for old, new in categories.items()]
        )
        for model, (changed, joins) in changes.items():
            changed["id"] = f"old.id + {away[model]}"
            columns = [field.column for field in model._meta.concrete_fields if not field.generated]
            values = [changed.get(column, f"old.{column}") for column in columns]
            table = model._meta.db_table
            cursor.execute(
                f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)} "
                f"FROM {table} old {joins} WHERE old.id <= {highest[model]}"
            )
        cursor.execute("DROP TABLE county_ring, category_ring")
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")


def _tally_copies(rings: Sequence[tuple[Ring, Ring]]) -> None:
    """Enter the copies, as one sum with what is there already."""
    amounts: dict[TallyKey, Amounts] = {}
    for row in CallTally.objects.values_list(*TallyKey._fields, *Amounts._fields):
        key, number = TallyKey(*row[: len(TallyKey._fields)]), Amounts(*row[len(TallyKey._fields) :])
        for copy in range(len(rings) + 1):
            found = key if copy == 0 else _exchanged(key, *rings[copy - 1])
            if found is not None:
                amounts[found] = amounts.get(found, Amounts()).plus(number)
    CallTally.objects.all().delete()
    CallTally.objects.bulk_create(
        (CallTally(**key._asdict(), **number._asdict(), summed=True) for key, number in amounts.items()),
        batch_size=5000,
    )


def _exchanged(key: TallyKey, counties: Ring, categories: Ring) -> TallyKey | None:
    """The entry of a copy; None for a cut in which copies do not count."""
    cut = Cut(key.cut)
    if cut == Cut.MUNICIPALITY:
        return None
    changed = {}
    if name := COUNTY_AT.get(cut):
        changed[name] = counties.get(getattr(key, name), "")
    if name := CATEGORY_AT.get(cut):
        changed[name] = categories[getattr(key, name)]
    return key._replace(**changed)
