"""A weekly series, and what becomes of single dates of it."""

from datetime import date, timedelta

from playwright.sync_api import FloatRect, Locator, expect

from e2e.conftest import LogIn, OpenMailbox
from e2e.pages import NEXT_WEEK, SENT_WITHIN, CalendarPage

TO_THE_TOP = "slot => slot.closest('.fc-scroller').scrollTop = slot.offsetTop"
FIRST = NEXT_WEEK + timedelta(weeks=5, days=2)


def on(number: int) -> date:
    return FIRST + timedelta(weeks=number)


def test_one_date_is_dragged(log_in: LogIn, mailbox: OpenMailbox) -> None:
    calendar, there = log_in("cleo"), mailbox("cleo", "google")
    calendar.connect("Google", "cleo")
    make_series(calendar, "Choir")
    there.await_titles(present="Choir")

    # Put back by the question that is left.
    calendar.show(on(1))
    drag(calendar, "Choir", "11:00:00")
    expect(calendar.question).to_contain_text("Move the series?")
    calendar.page.keyboard.press("Escape")
    expect(calendar.question).to_be_hidden()
    expect(card_at(calendar, "Choir", "10:00")).to_have_count(1)

    # This one meant; undone, and dragged again.
    drag(calendar, "Choir", "11:00:00")
    calendar.answer_question("Move")
    expect(card_at(calendar, "Choir", "11:00")).to_have_count(1)
    calendar.page.get_by_role("button", name="Undo").click()
    expect(card_at(calendar, "Choir", "10:00")).to_have_count(1)
    drag(calendar, "Choir", "11:00:00")
    calendar.answer_question("Move")

    for number, clock in enumerate(("10:00", "11:00", "10:00", "10:00")):
        calendar.show(on(number))
        expect(card_at(calendar, "Choir", clock)).to_have_count(1)
    assert there.mails("Choir") == []


def test_following_dates_are_renamed_and_one_deleted(log_in: LogIn, mailbox: OpenMailbox) -> None:
    calendar, there = log_in("cleo"), mailbox("cleo", "google")
    calendar.connect("Google", "cleo")
    make_series(calendar, "Rehearsal")
    there.await_titles(present="Rehearsal")

    calendar.show(on(2))
    calendar.open_card("Rehearsal").get_by_role("link", name="Edit").click()
    form = calendar.page.get_by_role("main")
    form.get_by_label("Title").fill("Singing in the hall")
    form.get_by_role("button", name="Save", exact=True).click()
    calendar.question.get_by_label("This and following events").check()
    calendar.question.get_by_role("button", name="Save").click()
    calendar.page.wait_for_url(f"{calendar.url}/calendar?*")
    there.await_titles(present="Singing in the hall")

    calendar.show(on(3))
    calendar.open_card("Singing in the hall").get_by_role("button", name="Delete").click()
    calendar.answer_question("Delete")

    for number, title in enumerate(("Rehearsal", "Rehearsal", "Singing in the hall", "")):
        calendar.show(on(number))
        for each in ("Rehearsal", "Singing in the hall"):
            expect(calendar.card(each)).to_have_count(int(each == title))
    assert there.mails("Rehearsal") + there.mails("Singing in the hall") == []


def test_the_scope_is_chosen_by_keys(log_in: LogIn) -> None:
    calendar = log_in("cleo")
    page = calendar.page
    make_series(calendar, "Keys of a choir")
    calendar.show(on(1))

    calendar.card("Keys of a choir").press("Enter")
    popover = page.get_by_role("dialog", name="Event")
    expect(popover).to_contain_text("Weekly on Wednesday, 4 times")
    page.keyboard.press("m")
    calendar.question.get_by_label("Start time").fill("15")
    page.keyboard.press("Enter")
    expect(calendar.question.get_by_label("This event")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    expect(calendar.question).to_be_hidden()
    expect(card_at(calendar, "Keys of a choir", "15:00")).to_have_count(1)
    calendar.show(on(0))
    expect(card_at(calendar, "Keys of a choir", "15:00")).to_have_count(1)


def make_series(calendar: CalendarPage, title: str) -> None:
    """An hour at ten, on four Wednesdays."""
    page = calendar.page
    page.goto(f"{calendar.url}/calendar/events/new?day={FIRST - timedelta(days=1)}")
    form = page.get_by_role("main")
    form.get_by_label("Title").fill(title)
    repeat = form.get_by_label("Repeat", exact=True)
    form.get_by_label("Start day").fill(FIRST.isoformat())
    form.get_by_label("Start day").press("Tab")
    form.get_by_label("Start time").fill("10")
    form.get_by_label("Start time").press("Tab")
    expect(repeat).to_contain_text("Weekly on Wednesday")  # it follows the day
    repeat.select_option("weekly")
    form.get_by_label("Ends").select_option("after")
    form.get_by_label("How many times").fill("4")
    form.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url(f"{calendar.url}/calendar?*")


def card_at(calendar: CalendarPage, title: str, clock: str) -> Locator:
    return calendar.page.locator(f'[aria-label^="{title},"][aria-label*=" {clock} to "]')


def box_of(card: Locator) -> FloatRect:
    """Where it is drawn; while the grid is fetched anew it is not there for a moment."""
    for _ in range(SENT_WITHIN // 100):
        if box := card.bounding_box():
            return box
        card.page.wait_for_timeout(100)
    raise AssertionError("never drawn")


def drag(calendar: CalendarPage, title: str, to: str) -> None:
    """A card that stands at ten to another hour of its day."""
    page, card = calendar.page, calendar.card(title)
    page.locator("[data-time='08:00:00']").last.evaluate(TO_THE_TOP)
    slots = [page.locator(f"[data-time='{hour}']").last for hour in ("10:00:00", to)]
    start, end = (slot.bounding_box() for slot in slots)
    box = box_of(card)
    assert start
    assert end
    x, y = box["x"] + box["width"] / 2, box["y"] + 10
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + 20, steps=4)
    # the grid goes by the middle of a card: half a step less stays within the hour
    page.mouse.move(x, y + end["y"] - start["y"] - 7, steps=8)
    page.mouse.up()
