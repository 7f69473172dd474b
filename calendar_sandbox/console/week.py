"""Seven days side by side."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from markupsafe import Markup

DAY = timedelta(days=1)
CARD = Markup('<a class="event{marks}" href="{link}">{clock}<b>{title}</b>{below}</a>')


@dataclass(frozen=True)
class Card:
    """An event as the week shows it; times are the wall clock of the person."""

    start: datetime
    end: datetime
    """Exclusive."""
    all_day: bool
    title: str
    link: str
    below: str = ""
    marks: str = ""
    """CSS classes: declined, cancelled."""

    def covers(self, day: date) -> bool:
        last = max(self.start.date(), (self.end - timedelta(microseconds=1)).date())
        return self.start.date() <= day <= last

    def html(self) -> Markup:
        return CARD.format(
            marks=f" {self.marks}" if self.marks else "",
            link=self.link,
            clock="" if self.all_day else f"{self.start:%H:%M} ",
            title=self.title or "(no title)",
            below=Markup("<br><small>{}</small>").format(self.below) if self.below else "",
        )


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def steps(monday: date) -> Markup:
    """Links to the weeks before and after, by the parameter `day`."""
    link = Markup('<a href="?day={}">{}</a>')
    return Markup('<p class="row">{} <b>{} – {}</b> {} <a href="?">This week</a></p>').format(
        link.format(monday - 7 * DAY, "‹ Week before"),
        f"{monday:%-d %b}",
        f"{monday + 6 * DAY:%-d %b %Y}",
        link.format(monday + 7 * DAY, "Week after ›"),
    )


def week(cards: Sequence[Card], monday: date, today: date) -> Markup:
    days = [column(cards, monday + number * DAY, today) for number in range(7)]
    return Markup('<section class="week">{}</section>').format(Markup().join(days))


def column(cards: Iterable[Card], day: date, today: date) -> Markup:
    shown = sorted((card for card in cards if card.covers(day)), key=lambda card: card.start)
    return Markup('<div class="day{}"><h3>{}</h3>{}</div>').format(
        " today" if day == today else "",
        f"{day:%a %-d}",
        Markup().join(card.html() for card in shown),
    )
