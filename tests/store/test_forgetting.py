"""What was personal is forgotten after the event, and nothing else."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from pipeline.domain import events
from pipeline.domain.decision import Task, TaskKind
from pipeline.store import applications, forgetting, inbox, journal, schema, settings, tasks
from pipeline.store.database import Database, StoreError
from pipeline.store.forgetting import Forgotten
from tests.store.build import HANAKO, JIRO, OPENING, House, applied, arrived, later, letter, take_in

AFTER = later(days=200)
PERSONAL = ("町田", "hanako", "jiro", "machida.example.jp", "042-000-0000", "お子さん")


def forget(house: House, before: object = AFTER, cause: str = "1") -> Forgotten:
    return forgetting.forget(
        house.database,
        house.slug,
        f"event:{house.slug}",
        before=AFTER if before is AFTER else OPENING,
        who="suzuki",
        why="half a year is over",
        at=AFTER,
        cause=cause,
    )


def everything(database: Database) -> str:
    """All that the store holds, as one text; bytes of mails are UTF-8 here."""
    told = []
    with database.read() as connection:
        for table in schema.metadata.sorted_tables:
            for row in connection.execute(sa.select(table)).mappings():
                told += [
                    bytes(value).decode() if isinstance(value, (bytes, memoryview)) else str(value)
                    for value in row.values()
                ]
    return "\n".join(told)


def season(house: House, *addresses: str) -> list[str]:
    """Each applied by mail, was answered, and the office took the application back."""
    references = []
    for number, address in enumerate(addresses, 1):
        raw = f"From: <{address}>\r\n\r\n町田です。お子さんは連れて行けますか。".encode()
        mail = arrived(number, event=house.slug, raw=raw, envelope_sender=address)
        take_in(house.database, mail)
        with house.database.read() as connection:
            of = connection.scalar(sa.select(sa.func.max(schema.inbox.c.id)))
        answer = letter(address, raw=f"To: {address}\r\n\r\n町田様".encode())
        made = house.apply(applied(address), cause=f"mail:{of}", letters=[answer])
        house.apply(
            events.Cancelled(who="suzuki", why="町田さんから電話"),
            made.reference,
            cause=f"o:{number}",
        )
        references.append(made.reference)
    with house.database.write() as connection:
        mails = connection.scalars(sa.select(schema.inbox.c.id)).all()
        inbox.settle(connection, [(one, "application") for one in mails], at=OPENING)
        connection.execute(sa.update(schema.outbox).values(status="sent"))
    return references


def test_nothing_that_is_left_names_anybody(house: House) -> None:
    season(house, HANAKO, JIRO)
    assert all(word in everything(house.database) for word in PERSONAL)

    forgotten = forget(house)

    left = everything(house.database)
    assert [word for word in PERSONAL if word in left] == []
    assert (forgotten.applications, forgotten.mails, forgotten.letters) == (2, 2, 2)
    assert forgotten.entries == 4


def test_no_byte_of_it_is_left_in_the_file(sqlite: Database, house: House) -> None:
    season(House(sqlite, house.rules), HANAKO, JIRO)

    forget(House(sqlite, house.rules))

    path = sqlite.url.database
    assert path is not None
    for suffix in ("", "-wal"):
        with open(path + suffix, "rb") as file:  # noqa: PTH123 - a suffix is put behind its name
            raw = file.read()
        assert [word for word in PERSONAL if word.encode() in raw] == []


def test_seats_dates_reasons_and_money_stay_as_they_were(house: House) -> None:
    (reference,) = season(house, HANAKO)
    with house.database.read() as connection:
        before = applications.get(connection, reference)
        taken = settings.seats_taken(connection, house.slug)
        told = [(e.happened, e.reason, e.state, e.at) for e in journal.latest(connection)]

    forget(house)

    with house.database.read() as connection:
        after = applications.get(connection, reference)
        assert before is not None
        assert after is not None
        assert (
            after.but(
                contact_name=before.contact_name,
                contact_address=before.contact_address,
                participants=before.participants,
                thread=before.thread,
                closed_reason=before.closed_reason,
            )
            == before
        )
        assert [p.category for p in after.participants] == ["sc"]
        assert settings.seats_taken(connection, house.slug) == taken
        entries = journal.latest(connection)
    assert [(e.happened, e.reason, e.state, e.at) for e in entries[:-1]] == told
    assert entries[-1].happened == "PersonalDataForgotten"
    assert entries[-1].note == "suzuki: half a year is over"


def test_a_dry_run_counts_the_same_and_changes_nothing(house: House) -> None:
    season(house, HANAKO, JIRO)
    before = everything(house.database)

    counted = forgetting.forgettable(
        house.database, house.slug, f"event:{house.slug}", before=AFTER
    )

    assert everything(house.database) == before
    assert forget(house) == counted


def test_a_second_run_finds_nothing_and_notes_nothing(house: House) -> None:
    season(house, HANAKO)
    forget(house)
    before = everything(house.database)

    again = forget(house, cause="2")

    assert not again
    assert everything(house.database) == before


def test_what_a_person_must_still_act_on_stays_whole(house: House) -> None:
    (reference, _) = season(house, HANAKO, JIRO)
    with house.database.write() as connection:
        tasks.open_task(
            connection,
            house.slug,
            Task(TaskKind.SYSTEM, "call her"),
            cause="x",
            at=OPENING,
            reference=reference,
        )

    forgotten = forget(house)

    with house.database.read() as connection:
        one = applications.get(connection, reference)
    assert one is not None
    assert one.contact_address == HANAKO
    assert (forgotten.applications, forgotten.mails, forgotten.letters) == (1, 1, 1)
    assert forgotten.open == 1
    left = everything(house.database)
    assert "jiro" not in left
    assert "お子さん" in left


def test_what_came_later_stays(house: House) -> None:
    season(house, HANAKO)
    before = everything(house.database)

    forgotten = forget(house, before=OPENING)

    assert not forgotten
    assert everything(house.database) == before


def test_a_mail_that_still_lies_in_its_folder_is_not_taken_in_anew(house: House) -> None:
    season(house, HANAKO)
    forget(house)

    assert take_in(house.database, arrived(1, event=house.slug)) == 0


def test_somebody_who_was_forgotten_is_new_when_they_write_again(house: House) -> None:
    (reference,) = season(house, HANAKO)
    forget(house)

    again = house.apply(applied(HANAKO, at=later(days=1)), cause="mail:99", now=later(days=1))

    assert again.reference != reference
    with house.database.read() as connection:
        found = applications.listing(connection, address=HANAKO)
    assert [one.reference for one in found] == [again.reference]


@pytest.mark.parametrize(
    "change",
    [
        sa.update(schema.event).values(payload='{"sender":"x"}'),
        sa.update(schema.event).values(payload="{}", cause="another"),
        sa.update(schema.history).values(payload="{}", note="", reason="another"),
        sa.update(schema.history).values(payload="{}", note="he said so"),
        sa.update(schema.history).values(payload="{}", note="", held="because"),
        sa.update(schema.history).values(payload="{}", note="", at=AFTER),
    ],
    ids=["said", "cause", "reason", "note", "held", "time"],
)
def test_history_can_be_emptied_and_never_rewritten(house: House, change: sa.Update) -> None:
    season(house, HANAKO)

    with pytest.raises(StoreError, match="append-only"), house.database.write() as connection:
        connection.execute(change)
