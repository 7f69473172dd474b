"""The people of the demonstration, with weeks of events around today at Google and at Outlook."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from calendar_sandbox.core.people import ProviderName
from calendar_sandbox.core.post import Guest, Invitation
from calendar_sandbox.sandbox import Sandbox

ZONE = "Europe/Paris"
APPLICATION = "http://127.0.0.1:8069"
# Client id, secret and where people are sent back to: of a make-believe application.
APPLICATIONS: tuple[tuple[ProviderName, str, str, str], ...] = (
    (
        "google",
        "calendar-sync-demo.apps.googleusercontent.com",
        "GOCSPX-sandbox-demo-secret",
        "google_account",
    ),
    (
        "outlook",
        "5ca1ab1e-0000-4000-8000-00000000c0de",
        "sandbox~demo~secret",
        "microsoft_account",
    ),
)
PEOPLE = {
    "anna": "Anna Berg",
    "ben": "Ben Cho",
    "cleo": "Cleo Diaz",
    "david": "David Okafor",
    "eva": "Eva Lindqvist",
}
MON, TUE, WED, THU, FRI, SAT, SUN = range(7)
DAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Line:
    """One event as it is written down here; `week` counts from this one, `at` None is all day.

    `repeats` names the weekdays of a weekly series. `guests` are keys of people or addresses.
    `accepted` are the people who said yes; `proposes` says who would rather have it when. `room`
    is the provider's own video room; `more` is what else its API takes.
    """

    who: str
    title: str
    week: int = 0
    day: int
    at: time | None = None
    minutes: int = 60
    days: int = 1
    where: str = ""
    text: str = ""
    guests: tuple[str, ...] = ()
    accepted: tuple[str, ...] = ()
    repeats: tuple[int, ...] = ()
    private: bool = False
    free: bool = False
    room: bool = False
    proposes: tuple[str, time] | None = None
    more: Json = field(default_factory=dict)

    def span(self, monday: date) -> tuple[datetime, datetime]:
        """Wall clock; whole days from midnight to midnight."""
        day = monday + timedelta(weeks=self.week, days=self.day)
        start = datetime.combine(day, self.at or time())
        length = timedelta(minutes=self.minutes) if self.at else timedelta(days=self.days)
        return start, start + length


@dataclass(frozen=True)
class DemoWorld:
    """Sows the world; `application` is where the product that signs people in is reached."""

    application: str = APPLICATION

    def __call__(self, sandbox: Sandbox) -> None:
        for key, name in PEOPLE.items():
            google, outlook = f"{key}@gmail.example", f"{key}@corp.example"
            sandbox.people.add(key, name, google=google, outlook=outlook, time_zone=ZONE)
            sandbox.microsoft.allow_online_meetings(key, "teamsForBusiness")
        self.register(sandbox)
        today = sandbox.clock.now().astimezone(ZoneInfo(ZONE)).date()
        monday = today - timedelta(days=today.weekday())
        for line in (*at_google(), *features_of_google()):
            write_at_google(sandbox, line, monday)
        for line in (*at_outlook(), *features_of_outlook()):
            write_in_outlook(sandbox, line, monday)
        invite_at_both(sandbox, monday)
        # All of this was long ago.
        sandbox.mail.clear()

    def take_over(self, sandbox: Sandbox) -> None:
        """For a world kept from an earlier start: the product may have moved since."""
        sandbox.seed = self
        self.register(sandbox)

    def register(self, sandbox: Sandbox) -> None:
        for provider, client_id, secret, path in APPLICATIONS:
            redirect = f"{self.application}/{path}/authentication"
            sandbox.clients.add(provider, client_id, secret, [redirect])
        # Neither vendor calls plain http; the product of a demonstration answers on nothing else.
        plain = self.application.startswith("http:")
        sandbox.knobs["google.plain_hooks"] = sandbox.knobs["graph.plain_hooks"] = plain


# --- what there is


def at_google() -> Iterable[Line]:
    yield from (
        Line(who="anna", title="Choir", week=-2, day=TUE, at=time(19, 30), minutes=120,
             where="St. Eustache, side entrance", repeats=(TUE,)),
        Line(who="anna", title="Parents' evening", day=THU, at=time(18), minutes=90,
             where="School, room 12"),
        Line(who="anna", title="Dinner with Ida", day=SAT, at=time(20), minutes=150,
             where="La Grenouille"),
        Line(who="anna", title="Flat: reading of the meters", day=FRI, at=time(7, 30), minutes=30,
             text="Ring at the caretaker's.", free=True),
        Line(who="anna", title="Mum's birthday", week=1, day=WED, free=True),
        Line(who="anna", title="Community garden: plan for spring", week=1, day=SAT, at=time(10),
             minutes=120, where="Rue du Lac 8", guests=("ben", "eva", "paul@garden.example"),
             accepted=("ben",)),
        Line(who="anna", title="Blood test", week=1, day=MON, at=time(7, 45), minutes=15,
             private=True),
        Line(who="anna", title="Train to Strasbourg", week=2, day=SAT, at=time(9, 12), minutes=108,
             where="Gare de l'Est"),
        Line(who="anna", title="Skiing", week=4, day=SAT, days=7, where="Villard"),
        Line(who="ben", title="Climbing", week=-1, day=WED, at=time(18, 30), minutes=120,
             repeats=(WED,), guests=("eva",), accepted=("eva",)),
        Line(who="ben", title="Car inspection", week=1, day=THU, at=time(8), minutes=45),
        Line(who="ben", title="Concert", week=2, day=FRI, at=time(20, 30), minutes=150,
             guests=("anna", "cleo"), accepted=("cleo",)),
        Line(who="cleo", title="Pottery", day=MON, at=time(18), minutes=120, repeats=(MON,)),
        Line(who="cleo", title="Parents visiting", week=2, day=FRI, days=3, free=True),
        Line(who="david", title="Football, U12", day=SAT, at=time(11), minutes=90),
        Line(who="david", title="Notary", week=1, day=TUE, at=time(17), private=True),
        Line(who="david", title="Chess club", week=2, day=THU, at=time(19), minutes=150),
        Line(who="eva", title="Flight to Stockholm", week=4, day=TUE, at=time(14, 20), minutes=155),
        Line(who="eva", title="Swimming", day=MON, at=time(7), minutes=45, repeats=(MON, THU)),
        Line(who="eva", title="Lucia", week=3, day=SUN, free=True),
    )  # fmt: skip


def at_outlook() -> Iterable[Line]:
    yield from (
        Line(who="anna", title="Stand-up", week=-2, day=MON, at=time(9), minutes=15,
             repeats=(MON, WED, FRI), guests=("ben", "eva"), accepted=("ben", "eva")),
        Line(who="anna", title="Steering committee", day=TUE, at=time(11), minutes=90,
             where="Board room", guests=("david", "j.moreau@client.example"),
             accepted=("david",), text="Figures are in the shared folder."),
        Line(who="anna", title="Lunch with Cleo", day=WED, at=time(12, 30), guests=("cleo",),
             accepted=("cleo",)),
        Line(who="anna", title="Call: harbour contract", day=THU, at=time(16), minutes=45,
             guests=("legal@harbour.example",)),
        Line(who="anna", title="Half-year reviews, preparation", week=1, day=MON, at=time(14),
             minutes=120, private=True),
        Line(who="anna", title="Visit of the partners", week=1, day=TUE, days=2,
             where="Whole house"),
        Line(who="anna", title="Reading time", week=1, day=FRI, at=time(13), minutes=90,
             free=True),
        Line(who="anna", title="Product council", week=2, day=TUE, at=time(10), minutes=120,
             guests=("ben", "cleo", "david"), accepted=("ben",)),
        Line(who="anna", title="Year-end closing", week=3, day=WED, at=time(15)),
        Line(who="ben", title="Architecture hour", week=-1, day=THU, at=time(15),
             repeats=(THU,), guests=("eva",), accepted=("eva",)),
        Line(who="ben", title="Server room: power test", week=1, day=WED, at=time(7), minutes=90),
        Line(who="ben", title="Review with the auditors", week=2, day=MON, at=time(14),
             guests=("david", "anna"), accepted=("david",)),
        Line(who="cleo", title="Campaign, first ideas", day=THU, at=time(11),
             guests=("anna", "agency@lumen.example"), accepted=("anna",)),
        Line(who="cleo", title="Proofs back from the printer", week=2, day=WED, free=True),
        Line(who="david", title="Treasury", week=-1, day=MON, at=time(8, 30), minutes=30,
             repeats=(MON,)),
        Line(who="david", title="Insurance renewal", week=1, day=FRI, at=time(10),
             guests=("broker@sure.example",)),
        Line(who="eva", title="Training: accessibility", week=1, day=TUE, at=time(13),
             minutes=180),
        Line(who="eva", title="One to one", day=FRI, at=time(11), minutes=30, guests=("anna",),
             accepted=("anna",)),
    )  # fmt: skip


def features_of_google() -> Iterable[Line]:
    """What shows what the product keeps in step beyond a time and a title."""
    home: Json = {
        "eventType": "workingLocation",
        "visibility": "public",
        "workingLocationProperties": {"type": "homeOffice", "homeOffice": {}},
    }
    away: Json = {
        "eventType": "outOfOffice",
        "outOfOfficeProperties": {
            "autoDeclineMode": "declineOnlyNewConflictingInvitations",
            "declineMessage": "Back on Friday.",
        },
    }
    early = [{"method": "popup", "minutes": 90}, {"method": "email", "minutes": 1440}]
    yield from (
        Line(who="anna", title="Home", week=1, day=MON, free=True, more=home),
        Line(who="anna", title="Out of office", week=1, day=THU, at=time(14), minutes=240,
             more=away),
        Line(who="anna", title="Garden fair: seeds and stands", week=1, day=TUE, at=time(18),
             minutes=45, guests=("eva", "paul@garden.example"), accepted=("eva",), room=True,
             more={"colorId": "10"}),
        Line(who="anna", title="Night train to Milan", week=1, day=FRI, at=time(19, 20),
             minutes=160, where="Gare de Lyon",
             more={"colorId": "6", "reminders": {"useDefault": False, "overrides": early}}),
    )  # fmt: skip


def features_of_outlook() -> Iterable[Line]:
    """As at Google; of its own are categories and new times that guests propose."""
    yield from (
        Line(who="anna", title="Harbour contract, second call", week=1, day=MON, at=time(11),
             minutes=45, guests=("david", "legal@harbour.example"), accepted=("david",),
             room=True, more={"categories": ["Client"], "reminderMinutesBeforeStart": 30}),
        Line(who="anna", title="Hiring plan", week=1, day=WED, at=time(10), guests=("ben", "cleo"),
             accepted=("ben",), proposes=("cleo", time(11, 30)),
             more={"categories": ["Team"]}),
    )  # fmt: skip


# --- how it gets there: as the people would enter it themselves


def write_at_google(sandbox: Sandbox, line: Line, monday: date) -> None:
    google, people = sandbox.google, sandbox.people
    start, end = line.span(monday)
    body: Json = {
        "summary": line.title,
        "start": google_time(line, start),
        "end": google_time(line, end),
        "attendees": [{"email": mailbox(guest, "gmail")} for guest in line.guests],
    }
    texts = {"location": line.where, "description": line.text}
    body |= {name: text for name, text in texts.items() if text}
    body |= {"transparency": "transparent"} if line.free else {}
    body |= {"visibility": "private"} if line.private else {}
    body |= line.more
    if line.room:
        asked = {"requestId": line.title, "conferenceSolutionKey": {"type": "hangoutsMeet"}}
        body["conferenceData"] = {"createRequest": asked}
    if line.repeats:
        days = ",".join(DAY_NAMES[day][:2].upper() for day in line.repeats)
        body["recurrence"] = [f"RRULE:FREQ=WEEKLY;BYDAY={days}"]
    row = google.create(people.get(line.who), body)
    for key in line.accepted:
        google.answer(people.get(key), row["id"], "accepted")


def google_time(line: Line, moment: datetime) -> Json:
    if line.at is None:
        return {"date": moment.date().isoformat()}
    return {"dateTime": moment.isoformat(), "timeZone": ZONE}


def write_in_outlook(sandbox: Sandbox, line: Line, monday: date) -> None:
    outlook = sandbox.microsoft
    start, end = line.span(monday)
    body: Json = {
        "subject": line.title,
        "body": {"contentType": "text", "content": line.text},
        **outlook_times(start, end),
        "isAllDay": line.at is None,
        "location": {"displayName": line.where},
        "showAs": "free" if line.free else "busy",
        "sensitivity": "private" if line.private else "normal",
        "attendees": [
            {"emailAddress": {"address": mailbox(guest, "corp")}, "type": "required"}
            for guest in line.guests
        ],
    }
    if line.room:
        body |= {"isOnlineMeeting": True, "onlineMeetingProvider": "teamsForBusiness"}
    body |= line.more
    if line.repeats:
        body["recurrence"] = weekly(line.repeats, start.date())
    uid = outlook.create(line.who, body)["iCalUId"]
    for key in line.accepted:
        outlook.answer(key, copy_of(sandbox, key, uid), "accept")
    if line.proposes:
        key, at = line.proposes
        new = datetime.combine(start.date(), at)
        outlook.propose(key, copy_of(sandbox, key, uid), outlook_times(new, new + (end - start)))


def outlook_times(start: datetime, end: datetime) -> Json:
    return {
        "start": {"dateTime": start.isoformat(), "timeZone": ZONE},
        "end": {"dateTime": end.isoformat(), "timeZone": ZONE},
    }


def copy_of(sandbox: Sandbox, key: str, uid: str) -> str:
    """The id of a guest's copy in Outlook."""
    (copy,) = (row["id"] for row in sandbox.microsoft.events(key) if row["iCalUId"] == uid)
    return str(copy)


def weekly(days: Sequence[int], first: date) -> Json:
    names = [DAY_NAMES[day] for day in days]
    pattern = {"type": "weekly", "interval": 1, "daysOfWeek": names, "firstDayOfWeek": "monday"}
    span = {"type": "noEnd", "startDate": first.isoformat(), "recurrenceTimeZone": ZONE}
    return {"pattern": pattern, "range": span}


def mailbox(guest: str, house: str) -> str:
    """The address of a person of this world, or the address itself."""
    return f"{guest}@{house}.example" if guest in PEOPLE else guest


def invite_at_both(sandbox: Sandbox, monday: date) -> None:
    """A client knows both addresses of Anna and of Eva: one meeting in four mailboxes."""
    line = Line(who="", title="Kick-off at Client Ltd", week=1, day=WED, at=time(16), minutes=90)
    start, end = (moment.replace(tzinfo=ZoneInfo(ZONE)) for moment in line.span(monday))
    guests = [sandbox.people.get(key) for key in ("anna", "eva")]
    rows = [Guest(str(at), guest.name) for guest in guests for at in (guest.google, guest.outlook)]
    invitation = Invitation(
        method="REQUEST",
        uid="kick-off@client.example",
        organizer=("j.moreau@client.example", "Julie Moreau"),
        attendees=tuple(rows),
        start=start,
        end=end,
        all_day=False,
        time_zone=ZONE,
        summary=line.title,
        description="Agenda follows.",
        location="Client Ltd, 3 Quai Ouest",
        sequence=0,
        recipients=tuple(row.address for row in rows),
    )
    for guest in guests:
        sandbox.google.receive(guest, invitation)
        sandbox.microsoft.receive(guest, invitation)
