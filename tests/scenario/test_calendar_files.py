"""`calendar-sync import-ics` and `export-ics`."""

from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from calendar_sandbox.core.people import ProviderName
from calendar_sync.actions.calendar_files import Imported, export_calendar, import_calendar
from calendar_sync.actions.feed import event_detail
from calendar_sync.engine.sync import LinkState
from calendar_sync.models import Entry, Event, Link
from calendar_sync.server.management.commands.export_ics import Command as Export
from calendar_sync.server.management.commands.import_ics import Command as Import
from support.world import PROVIDERS, Organization

FILE = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Elsewhere//EN
BEGIN:VEVENT
UID:meeting@elsewhere.example
DTSTART;TZID=Europe/Paris:20261203T090000
DTEND;TZID=Europe/Paris:20261203T100000
SUMMARY:Workshop
ORGANIZER:mailto:anna@corp.example
ATTENDEE;PARTSTAT=ACCEPTED:mailto:eva@client.example
X-MICROSOFT-CDO-BUSYSTATUS:OOF
BEGIN:VALARM
ACTION:DISPLAY
TRIGGER:-PT15M
END:VALARM
END:VEVENT
BEGIN:VEVENT
UID:series@elsewhere.example
DTSTART;TZID=Europe/Paris:20261201T093000
DURATION:PT30M
RRULE:FREQ=WEEKLY;COUNT=4
EXDATE;TZID=Europe/Paris:20261208T093000
SUMMARY:Standup
END:VEVENT
BEGIN:VEVENT
UID:invitation@elsewhere.example
DTSTART;VALUE=DATE:20261224
SUMMARY:Party
ORGANIZER:mailto:max@client.example
ATTENDEE:mailto:anna@corp.example
END:VEVENT
BEGIN:VEVENT
UID:broken@elsewhere.example
DTSTART:20261399T000000Z
SUMMARY:Broken
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")
TITLES = ["Party", "Standup", "Workshop"]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "calendar.ics"
    path.write_text(FILE, newline="")
    return path


def test_a_second_import_changes_nothing(organization: Organization) -> None:
    anna = organization.anna

    first = import_calendar(anna, FILE, organization.now)
    second = import_calendar(anna, FILE, organization.now)

    assert (first.new, first.known, [each.uid for each in first.unread]) == (
        3,
        0,
        ["broken@elsewhere.example"],
    )
    assert second == Imported(0, 3, first.unread)
    assert organization.titles_here(anna) == TITLES
    entry = Entry.objects.get(event__components__summary="Workshop")
    assert entry.availability == "out-of-office"
    assert entry.personal == {"alarms": [[15, "display"]]}
    detail = event_detail(anna, entry.event_id)
    assert [(guest.address, guest.partstat) for guest in detail.guests] == [
        ("eva@client.example", "accepted")
    ]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_own_events_go_out_without_their_guests_and_nobody_is_mailed(
    organization: Organization, provider: ProviderName
) -> None:
    there = organization.there("anna", provider)
    organization.connect(organization.anna, provider)
    organization.sync()

    import_calendar(organization.anna, FILE, organization.now)
    turns = [organization.sync(), organization.sync()]

    assert there.titles() == ["Standup", "Workshop"]  # invitations are others'
    assert organization.mails == []
    sent = [[report.sent for turn in each for report in turn.reports] for each in turns]
    assert sent == [[2], [0]]
    assert {link.state for link in Link.objects.all()} == {LinkState.SETTLED.value}


def test_one_meeting_is_one_event_for_those_who_have_the_same_file(
    organization: Organization,
) -> None:
    import_calendar(organization.ben, FILE, organization.now)
    import_calendar(organization.cleo, FILE, organization.now)

    assert organization.titles_here(organization.ben) == TITLES
    assert organization.titles_here(organization.cleo) == TITLES
    assert organization.titles_here(organization.anna) == ["Party"]  # invited to it
    # the series has no guests: it is private, one each
    assert Event.objects.count() == 4


def test_a_uid_alone_shows_nobody_a_meeting(organization: Organization) -> None:
    import_calendar(organization.ben, FILE, organization.now)
    forged = FILE.replace("SUMMARY:Party", "SUMMARY:What is it?")

    import_calendar(organization.cleo, forged, organization.now)

    assert organization.titles_here(organization.cleo) == ["Standup", "What is it?", "Workshop"]
    assert organization.titles_here(organization.ben) == TITLES


def test_what_was_exported_is_known_again(
    organization: Organization, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import_calendar(organization.anna, FILE, organization.now)
    path = tmp_path / "out.ics"
    export, take = Export(), Import()
    export.clock = take.clock = organization.sandbox.clock

    call_command(export, str(path), user="anna@corp.example")
    call_command(export, user="anna@corp.example")
    printed = capsys.readouterr().out
    call_command(take, str(path), user="anna@corp.example")
    call_command(take, str(path), user="ben@corp.example")

    assert (
        path.read_bytes().decode()
        == printed
        == export_calendar(organization.anna, organization.now)
    )
    assert capsys.readouterr().out == "0 new, 3 here already.\n3 new, 0 here already.\n"
    assert organization.titles_here(organization.ben) == TITLES


def test_what_could_not_be_read_is_named(
    organization: Organization, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = Import()
    command.clock = organization.sandbox.clock

    call_command(command, str(file), user="anna@corp.example")

    first, second = capsys.readouterr().out.splitlines()
    assert first == "3 new, 0 here already."
    assert second.startswith("Not read: broken@elsewhere.example (")


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("nothing.ics", None, "can't be read: No such file"),
        ("empty.ics", "", "no event that could be read"),
        ("picture.ics", "\x89PNG\x00", "no event that could be read"),
    ],
)
def test_a_file_without_events_fails_in_words(
    organization: Organization, tmp_path: Path, name: str, text: str | None, said: str
) -> None:
    if text is not None:
        (tmp_path / name).write_text(text)

    with pytest.raises(CommandError, match=said):
        call_command("import_ics", str(tmp_path / name), user="anna@corp.example")


def test_somebody_unknown_is_named(organization: Organization) -> None:
    with pytest.raises(CommandError, match="Nobody here logs in as nobody@"):
        call_command("export_ics", user="nobody@corp.example")
