"""Seven days side by side, hours down; on a narrow screen a list of days."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from math import ceil

from markupsafe import Markup

DAY = timedelta(days=1)
HOURS = range(7, 20)
"""Shown at least; events outside make it more."""
SHORTEST = 0.6
"""Hours; a shorter event is drawn as long as this, so that its title can be read."""
CARD = Markup(
    '<a class="event{marks}" href="{link}" title="{hint}"{more}>{clock}<b>{title}</b>{below}</a>'
)
COLUMN = Markup("""<section class="day{marks}" aria-label="{name}">
<h3><a href="{new}" title="New event on this day">{short}</a></h3>
<div class="bars">{bars}</div>
<div class="hours"><div class="slots">{slots}</div>{cards}{now}</div>{empty}</section>
""")
SLOT = Markup('<a href="{}" tabindex="-1" aria-label="New event {:%A %H:%M}"></a>')


@dataclass(frozen=True)
class Card:
    """An event as the week shows it; times are the wall clock of the person, without a zone."""

    start: datetime
    end: datetime
    """Exclusive."""
    all_day: bool
    title: str
    link: str
    below: str = ""
    marks: str = ""
    """CSS classes: declined, cancelled, pending, tentative, free."""
    colour: str = ""
    hint: str = ""
    chosen: bool = False

    @property
    def last(self) -> date:
        return max(self.start.date(), (self.end - timedelta(microseconds=1)).date())

    @property
    def is_bar(self) -> bool:
        """Drawn above the hours."""
        return self.all_day or self.end - self.start > DAY

    def covers(self, day: date) -> bool:
        return self.start.date() <= day <= self.last

    def hours(self, day: date) -> tuple[float, float]:
        """Where it begins and ends on that day, in hours; at least as long as can be seen."""
        midnight = datetime.combine(day, time())
        begin, end = ((at - midnight) / timedelta(hours=1) for at in (self.start, self.end))
        begin = min(max(begin, 0.0), 24 - SHORTEST)
        return begin, min(max(end, begin + SHORTEST), 24.0)

    def html(self, *, style: str = "", cut: str = "", brief: bool = False) -> Markup:
        """`brief`: without the time, which the place tells."""
        styles = "; ".join(text for text in (self.colour and f"--c: {self.colour}", style) if text)
        return CARD.format(
            marks=f" {self.marks}" if self.marks else "",
            link=self.link,
            hint=self.hint or self.title,
            more=attributes(
                {"style": styles, "data-cut": cut, "aria-current": "true" * self.chosen}
            ),
            clock="" if self.all_day or brief else f"{self.start:%H:%M} ",
            title=self.title or "(no title)",
            below=Markup("<br><small>{}</small>").format(self.below) if self.below else "",
        )


def attributes(values: dict[str, str]) -> Markup:
    parts = [Markup(' {}="{}"').format(name, value) for name, value in values.items() if value]
    return Markup().join(parts)


@dataclass(frozen=True)
class Week:
    """`new` is the link that opens a form; the beginning is put after it."""

    monday: date
    now: datetime
    new: str
    whole_days: bool = False

    @property
    def days(self) -> list[date]:
        return [self.monday + number * DAY for number in range(7)]

    def html(self, cards: Iterable[Card]) -> Markup:
        shown = sorted(cards, key=lambda card: (card.start, card.start - card.end))
        hours, lanes = self.hours_shown(shown), lanes_of([c for c in shown if c.is_bar])
        ticks = Markup().join(Markup("<span>{:02}:00</span>").format(hour) for hour in hours)
        days = Markup().join(self.column(shown, day, hours, lanes) for day in self.days)
        return Markup(
            '<section class="week" style="--hours: {}"><div class="whole" aria-hidden="true">'
            'all day</div><div class="clock" aria-hidden="true">{}'
            "</div>{}</section>"
        ).format(len(hours), ticks, days)

    def hours_shown(self, cards: Sequence[Card]) -> range:
        if self.whole_days:
            return range(24)
        spans = [
            card.hours(day)
            for card in cards
            for day in self.days
            if not card.is_bar and card.covers(day)
        ]
        first = min([HOURS.start, *(int(begin) for begin, _ in spans)])
        return range(first, max([HOURS.stop, *(ceil(end) for _, end in spans)]))

    def column(
        self, cards: Sequence[Card], day: date, hours: range, lanes: dict[Card, int]
    ) -> Markup:
        here = [card for card in cards if card.covers(day)]
        bars = [bar(card, day, lanes[card], self.monday) for card in here if card.is_bar]
        timed = [card for card in here if not card.is_bar]
        midnight = datetime.combine(day, time())
        slots = [
            SLOT.format(f"{self.new}{day}T{hour:02}:00", midnight.replace(hour=hour))
            for hour in hours
        ]
        marks = (" today" * (day == self.now.date()), " weekend" * (day.weekday() > 4))
        return COLUMN.format(
            marks="".join(marks),
            name=f"{day:%A %-d %B}",
            short=f"{day:%a %-d}",
            new=f"{self.new}{day}T09:00",
            bars=Markup().join(bars),
            slots=Markup().join(slots),
            cards=Markup("\n").join(side_by_side(timed, day, hours.start)),
            now=self.now_line(day, hours),
            empty="" if here else Markup('<p class="free-day">No events</p>'),
        )

    def now_line(self, day: date, hours: range) -> Markup:
        at = self.now.hour + self.now.minute / 60 - hours.start
        if day != self.now.date() or not 0 <= at <= len(hours):
            return Markup()
        return Markup('<hr class="now" style="--at: {:.2f}" aria-hidden="true">').format(at)


def lanes_of(bars: Iterable[Card]) -> dict[Card, int]:
    """The row of each bar, the same on all its days."""
    lanes: dict[Card, int] = {}
    for card in bars:
        taken = {
            lane
            for other, lane in lanes.items()
            if other.start.date() <= card.last and card.start.date() <= other.last
        }
        lanes[card] = next(lane for lane in range(1, len(taken) + 2) if lane not in taken)
    return lanes


def bar(card: Card, day: date, lane: int, monday: date) -> Markup:
    cut = ["before"] if card.start.date() < day and day != monday else []
    cut += ["after"] if day < card.last and day < monday + 6 * DAY else []
    return card.html(style=f"--lane: {lane}", cut=" ".join(cut))


def side_by_side(cards: Iterable[Card], day: date, first: int) -> Iterable[Markup]:
    """Those that overlap share the width."""
    group: list[tuple[Card, int]] = []
    ends: list[float] = []
    for card in sorted(cards, key=lambda card: card.hours(day)):
        begin, end = card.hours(day)
        if ends and begin >= max(ends):
            yield from drawn(group, len(ends), day, first)
            group, ends = [], []
        column = next((at for at, taken in enumerate(ends) if taken <= begin), len(ends))
        ends[column : column + 1] = [end]
        group.append((card, column))
    yield from drawn(group, len(ends), day, first)


def drawn(
    group: Iterable[tuple[Card, int]], columns: int, day: date, first: int
) -> Iterable[Markup]:
    for card, column in group:
        begin, end = card.hours(day)
        place = f"--at: {begin - first:.2f}; --long: {end - begin:.2f}"
        cut = " ".join(["short"] * (end - begin < 1) + ["narrow"] * (columns > 2))
        style = f"{place}; --col: {column}; --of: {columns}"
        yield card.html(style=style, cut=cut, brief=columns > 3)


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())
