"""What the organization has in its calendars before anybody connects anything.

Five weeks and more around today, written down by week and weekday, so that the demonstration looks
alike whenever it begins. Everybody acts through the same actions as in the pages.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from calendar_sync.actions.drafts import EventDraft
from calendar_sync.actions.events import answer_event, create_event
from calendar_sync.actions.invitations import Guest, Invited
from calendar_sync.engine.event import Availability, Classification, PartStat, When
from calendar_sync.models import Event
from calendar_sync.server.models import User

MON, TUE, WED, THU, FRI, SAT, SUN = range(7)
PRIVATE = Classification.PRIVATE.value
FREE = Availability.FREE.value
YES, MAYBE, NO = PartStat.ACCEPTED, PartStat.TENTATIVE, PartStat.DECLINED


@dataclass(frozen=True, kw_only=True)
class Meeting:
    """One line of the plan. `week` counts from this one; `at` None is all day, `days` long.

    `guests` are keys of colleagues or addresses outside; `answers` are the colleagues'.
    """

    who: str
    title: str
    week: int
    day: int
    at: time | None = None
    minutes: int = 60
    days: int = 1
    where: str = ""
    text: str = ""
    guests: tuple[str, ...] = ()
    answers: Mapping[str, PartStat] | None = None
    classification: str = Classification.DEFAULT.value
    availability: str = Availability.BUSY.value
    categories: tuple[str, ...] = ()
    colour: str = ""

    def span(self, monday: date, zone: ZoneInfo) -> tuple[When, When]:
        day = monday + timedelta(weeks=self.week, days=self.day)
        if self.at is None:
            return day, day + timedelta(days=self.days)
        start = datetime.combine(day, self.at, zone)
        return start, start + timedelta(minutes=self.minutes)


def plan() -> list[Meeting]:
    return [*_everybody(), *_anna(), *_ben(), *_cleo(), *_david(), *_eva()]


def _everybody() -> list[Meeting]:
    team = ("ben", "cleo", "david", "eva")
    rounds = [
        Meeting(
            who="anna", title="Week planning", week=week, day=MON, at=time(9, 30), minutes=45,
            where="Room Blue", guests=team, answers={"ben": YES, "cleo": YES, "eva": MAYBE},
        )
        for week in range(-1, 5)
    ]  # fmt: skip
    return [
        *rounds,
        Meeting(
            who="admin", title="Office closed: moving to the third floor", week=1, day=FRI,
            guests=("anna", *team), text="<p>Boxes are in the kitchen. Label your screens.</p>",
        ),
        Meeting(
            who="cleo", title="Winter dinner", week=3, day=THU, at=time(19, 30), minutes=180,
            where="Chez Odile, 14 rue des Halles", guests=("anna", "ben", "david", "eva"),
            answers={"anna": YES, "ben": YES, "david": NO},
        ),
    ]  # fmt: skip


def _anna() -> list[Meeting]:
    return [
        Meeting(who="anna", title="Design review", week=0, day=WED, at=time(14), where="Room 4",
                guests=("ben", "cleo"), answers={"ben": YES, "cleo": MAYBE},
                text="<p>The booking page, third round. Bring the list of open points.</p>"),
        Meeting(who="anna", title="Offer for the port authority", week=0, day=THU, at=time(10),
                minutes=90, guests=("david",), answers={"david": YES}),
        Meeting(who="anna", title="Physiotherapy", week=0, day=TUE, at=time(8), minutes=45,
                classification=PRIVATE),
        Meeting(who="anna", title="Write the quarterly report", week=1, day=TUE, at=time(13),
                minutes=120, availability=FREE),
        Meeting(who="anna", title="Client workshop", week=1, day=THU, at=time(9), minutes=180,
                where="Client Ltd, 3 Quai Ouest", guests=("cleo", "jules@client.example"),
                answers={"cleo": YES}, categories=("Client",), colour="royalblue"),
        Meeting(who="anna", title="Talk with Eva: first half-year", week=2, day=WED, at=time(15),
                guests=("eva",), classification=PRIVATE),
        Meeting(who="anna", title="Budget 2nd reading", week=2, day=FRI, at=time(11), minutes=90,
                guests=("david", "ben"), answers={"david": YES}),
        Meeting(who="anna", title="Holiday", week=4, day=MON, days=5),
    ]  # fmt: skip


def _ben() -> list[Meeting]:
    return [
        Meeting(who="ben", title="Release 5.2", week=0, day=TUE, at=time(16), minutes=30,
                guests=("anna", "eva"), answers={"anna": YES, "eva": YES}),
        Meeting(who="ben", title="Dentist", week=0, day=FRI, at=time(8, 15), minutes=45,
                classification=PRIVATE),
        Meeting(who="ben", title="Interview: back-end developer", week=1, day=WED, at=time(11),
                guests=("eva", "sam.lee@mail.example"), answers={"eva": YES}),
        Meeting(who="ben", title="No meetings: migration", week=2, day=TUE, at=time(9),
                minutes=240),
        Meeting(who="ben", title="Retrospective", week=2, day=THU, at=time(16),
                guests=("anna", "cleo", "eva"), answers={"cleo": YES}),
    ]  # fmt: skip


def _cleo() -> list[Meeting]:
    return [
        Meeting(who="cleo", title="Trade fair, Lyon", week=1, day=MON, days=3, where="Lyon"),
        Meeting(who="cleo", title="Photos for the new site", week=0, day=FRI, at=time(13),
                minutes=150, guests=("studio@lumen.example",)),
        Meeting(who="cleo", title="Storyboard", week=0, day=MON, at=time(14), guests=("anna",),
                answers={"anna": YES}),
        Meeting(who="cleo", title="Newsletter, last corrections", week=2, day=MON, at=time(16),
                minutes=30, availability=FREE),
    ]  # fmt: skip


def _david() -> list[Meeting]:
    return [
        Meeting(who="david", title="Call with the bank", week=0, day=THU, at=time(14), minutes=30,
                guests=("m.ferrand@bank.example",), classification=PRIVATE),
        Meeting(who="david", title="Contracts, end of year", week=1, day=TUE, at=time(10),
                minutes=90, guests=("anna",)),
        Meeting(who="david", title="Audit", week=2, day=MON, days=2, where="Meeting floor"),
        Meeting(who="david", title="Salary run", week=3, day=WED, at=time(9), minutes=60),
    ]  # fmt: skip


def _eva() -> list[Meeting]:
    return [
        Meeting(who="eva", title="Onboarding, part 3", week=0, day=TUE, at=time(10), minutes=90,
                guests=("ben",), answers={"ben": YES}),
        Meeting(who="eva", title="Swedish class", week=0, day=WED, at=time(18), minutes=75,
                classification=PRIVATE),
        Meeting(who="eva", title="Pair on the importer", week=1, day=THU, at=time(14), minutes=120,
                guests=("ben",), answers={"ben": MAYBE}),
        Meeting(who="eva", title="University day", week=2, day=FRI, availability=FREE),
    ]  # fmt: skip


def hold_meetings(users: Mapping[str, User], now: datetime) -> None:
    """Write the plan into the calendars. Nothing is connected, so nobody is asked or mailed."""
    for meeting in plan():
        organizer = users[meeting.who]
        zone = ZoneInfo(organizer.tz)
        today = now.astimezone(zone).date()
        start, end = meeting.span(today - timedelta(days=today.weekday()), zone)
        draft = EventDraft(
            start=start,
            end=end,
            summary=meeting.title,
            description=meeting.text,
            location=meeting.where,
            availability=meeting.availability,
            classification=meeting.classification,
            categories=meeting.categories,
            colour=meeting.colour,
            guests=tuple(_guest(users, guest) for guest in meeting.guests),
        )
        event = create_event(organizer, draft, None, now)
        if isinstance(event, Event):
            for key, answer in (meeting.answers or {}).items():
                answer_event(users[key], event.pk, answer, now)


def _guest(users: Mapping[str, User], guest: str) -> Guest:
    return Invited(users[guest].login, users[guest].name) if guest in users else guest
