"""How often an event repeats, as a form asks it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from calendar_sandbox.core.pages import select

from .frame import read_day

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
DAY_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
KINDS = {
    "never": "Does not repeat",
    "daily": "Daily",
    "weekly": "Weekly on …",
    "monthly": "Monthly on this day",
    "monthly-weekday": "Monthly on this weekday",
    "yearly": "Yearly",
}
ENDS = {"never-ends": "never", "until": "on a day", "count": "after a number of dates"}
MOST = 999
FIELDS = Markup("""
<fieldset class="repeat"><legend>Repeat</legend>
<label>Repeats {kinds}</label>
<div class="row"><label>Every <input type="number" name="every" value="{every}" min="1"
max="{most}"> (days, weeks …)</label>
<div class="weekly" role="group" aria-label="Days of the week">{days}</div>
<label>It ends {ends}</label>
<label class="until">Last day <input type="date" name="until" value="{until}"></label>
<label class="count">Dates <input type="number" name="count" value="{count}" min="1"
max="{most}"></label>{raw}</div></fieldset>
""")
DAY_BOX = Markup(
    '<label class="box"><input type="checkbox" name="weekday" value="{}"{}> {}</label>'
)
RAW = Markup(
    '<label class="raw">RRULE and other lines <textarea name="rrule" rows="3" '
    'placeholder="RRULE:FREQ=WEEKLY;BYDAY=MO">{}</textarea></label>'
)


@dataclass(frozen=True)
class Repeat:
    kind: str = "never"
    every: int = 1
    days: tuple[int, ...] = ()
    """Of a weekly series; Monday is 0."""
    until: date | None = None
    count: int | None = None
    raw: str = ""
    """Lines of RFC 5545, if the kind is raw."""

    @classmethod
    def read(cls, form: Mapping[str, str], days: list[str], start: date) -> "Repeat | None":
        """What a form says; None if it does not ask. Raises ValueError."""
        kind = form.get("repeat")
        if kind is None:
            return None
        if kind == "raw":
            return cls("raw", raw=form.get("rrule", "").strip())
        if kind not in KINDS:
            raise ValueError(f"“{kind[:40]}” is no way to repeat.")
        if kind == "never":
            return cls()
        ends = form.get("ends")
        chosen = tuple(index for index, name in enumerate(DAYS) if name in days)
        return cls(
            kind,
            number(form.get("every", ""), "number of days or weeks between the dates"),
            (chosen or (start.weekday(),)) if kind == "weekly" else (),
            read_day(form.get("until", "")) if ends == "until" else None,
            number(form.get("count", ""), "number of dates") if ends == "count" else None,
        )

    def html(self, *, raw: bool) -> Markup:
        """`raw`: lines of RFC 5545 may be typed, too."""
        mark = Markup(" checked")
        boxes = Markup().join(
            DAY_BOX.format(DAYS[index], mark if index in self.days else "", name)
            for index, name in enumerate(DAY_NAMES)
        )
        ends = "until" if self.until else "count" if self.count else "never-ends"
        return FIELDS.format(
            kinds=select("repeat", KINDS | ({"raw": "By rule …"} if raw else {}), self.kind),
            every=self.every,
            days=boxes,
            ends=select("ends", ENDS, ends),
            until=self.until or "",
            count=self.count or 10,
            most=MOST,
            raw=RAW.format(self.raw) if raw else "",
        )

    def words(self) -> str:
        if self.kind == "raw":
            return self.raw
        text = KINDS[self.kind]
        if self.kind == "weekly":
            text = "Weekly on " + ", ".join(DAY_NAMES[day] for day in self.days)
        text += f", every {self.every}" if self.every > 1 else ""
        text += f", until {self.until:%-d %b %Y}" if self.until else ""
        return text + (f", {self.count} dates" if self.count else "")


def number(text: str, what: str) -> int:
    """Raises ValueError."""
    if not text.isdecimal() or not 1 <= int(text[:9]) <= MOST:
        raise ValueError(f"The {what} lies between 1 and {MOST}.")
    return int(text)
