/**
 * The calendar page: FullCalendar draws the grid; everything else comes from the server.
 *
 * Times travel as wall clock of the viewer's zone, without an offset, both ways; the server alone
 * knows zones. FullCalendar is therefore told that everything is UTC.
 */

import { content, label } from "./cards.js";
import {
    announce,
    closePopover,
    closeQuestion,
    current,
    openPopover,
    popoverIsOpen,
    toast,
    undoLast,
    whenAbandoned,
} from "./floating.js";
import { listen } from "./keys.js";
import { connectPeople, hidden, shown } from "./people.js";
import { refreshReminders } from "./reminders.js";

const config = JSON.parse(document.getElementById("calendar-config").textContent);
const { words, urls } = config;
const grid = document.getElementById("grid");
const band = document.getElementById("band");
const empty = document.getElementById("empty");
const title = document.getElementById("period");
const phone = matchMedia("(max-width: 767.98px)");

const VIEWS = {
    day: "timeGridDay",
    three: "timeGridThree",
    week: "timeGridWeek",
    month: "dayGridMonth",
    year: "multiMonthYear",
    agenda: "listThirty",
};
const NAMES = Object.fromEntries(Object.entries(VIEWS).map(([name, type]) => [type, name]));

const EMPTY = "calendar-start-empty";

const declinedShown = document.getElementById("declined-shown");

let loadedAt = "";

/** The viewer's wall clock now, as if it were UTC. */
function wallClock() {
    const parts = new Intl.DateTimeFormat("en-CA", {
        timeZone: config.zone,
        dateStyle: "short",
        timeStyle: "medium",
        hourCycle: "h23",
    }).formatToParts(new Date());
    const part = Object.fromEntries(parts.map(({ type, value }) => [type, value]));
    return `${part.year}-${part.month}-${part.day}T${part.hour}:${part.minute}:${part.second}Z`;
}

const bare = (moment) => moment.replace(/Z$|\+00:00$/, "");
const isoDate = (date) => date.toISOString().slice(0, 10);

function fillUrl(pattern, id) {
    return pattern.replace(/\/0(?=\/|$)/, `/${id}`);
}

// ---- Events

async function load(range, success, failure) {
    const query = new URLSearchParams({ start: bare(range.startStr), end: bare(range.endStr) });
    query.set("people", shown().join(","));
    if (declinedShown.checked) query.set("declined", "1");
    if (hidden().length) query.set("hidden", hidden().join(","));
    grid.setAttribute("aria-busy", "true");
    try {
        const response = await fetch(`${urls.feed}?${query}`);
        if (response.redirected) {
            const logIn = document.getElementById("log-in-again");
            if (!logIn.open) logIn.showModal();
            throw new Error("log-in");
        }
        if (!response.ok) throw new Error(String(response.status));
        const events = await response.json();
        band.hidden = true;
        loadedAt = wallClock().slice(11, 16);
        success(events);
    } catch (error) {
        document.getElementById("band-text").textContent = loadedAt
            ? words.stale.replace("{time}", loadedAt)
            : words.failed;
        band.hidden = false;
        failure(error);
    } finally {
        grid.removeAttribute("aria-busy");
    }
}

function classes({ event }) {
    const { colour, state, past, free, hatch } = event.extendedProps;
    const list = ["event-card", `c${colour}`, state];
    if (past) list.push("past");
    if (free) list.push("free");
    if (hatch) list.push("hatch");
    return list;
}

/** The card that had the focus when the grid took it away, to draw it anew perhaps. */
let dropped = null;

function release({ el }) {
    if (el === document.activeElement) dropped = el;
}

function decorate({ event, el }) {
    label(el, event);
    if (!dropped || document.activeElement !== document.body || current(dropped) !== el) return;
    dropped = null;
    el.focus({ preventScroll: true });
}

// ---- Changing

const when = (event) => ({
    start: bare(event.startStr),
    end: bare(event.endStr || event.startStr),
    all_day: event.allDay ? "1" : "",
    ...dateOf(event.extendedProps.recurrenceId),
});

/** Which one of a series; nothing of a single event. */
const dateOf = (date) => (date ? { date } : {});
const dated = (url, date) => (date ? `${url}?${new URLSearchParams({ date })}` : url);

function send(url, values) {
    const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
    return htmx.ajax("POST", url, {
        target: "#question",
        swap: "innerHTML",
        values: { ...values, csrfmiddlewaretoken: token },
    });
}

let gesture = null;

/** Save a drop; if it is refused, or the question is left, the card goes back. */
function move(info) {
    const { event, oldEvent } = info;
    const url = fillUrl(urls.move, event.id);
    const before = { ...when(oldEvent), scope: "this" };
    gesture = { undo: () => send(url, before), revert: info.revert };
    whenAbandoned(() => {
        gesture = null;
        info.revert();
    });
    send(url, when(event));
}

/** The small dialog moves like a drop: with what it showed first the event is put back. */
document.addEventListener("htmx:beforeRequest", ({ detail: { elt } }) => {
    if (!elt.matches("#question form[data-moves]") || gesture) return;
    const shown = [...elt.elements].filter((field) => field.name);
    const before = shown.map((field) => [field.name, field.defaultValue]);
    const { all_day: allDay } = elt.elements;
    const values = { ...Object.fromEntries(before), scope: "this" };
    if (!allDay.defaultChecked) delete values.all_day;
    gesture = { undo: () => send(elt.action, values) };
    whenAbandoned(() => {
        gesture = null;
    });
});

document.addEventListener("calendar-changed", ({ detail }) => {
    const undo = detail.final ? null : gesture?.undo;
    gesture = null;
    closeQuestion(true);
    if (!detail.stay) closePopover();
    reload();
    htmx.trigger("#sync", "refresh");
    if (detail.text) toast(detail.text, words.undo, undo);
});

document.addEventListener("not-sent", ({ detail }) => {
    gesture = null;
    closeQuestion(false);
    document.getElementById("band-text").textContent = detail.text;
    band.hidden = false;
});
document.addEventListener("logged-in", () => calendar.refetchEvents());

function create(range) {
    const at = document.querySelector(".fc-highlight, .fc-event-mirror") ?? grid;
    const query = new URLSearchParams(range);
    openPopover(`${urls.create}?${query}`, at.getBoundingClientRect());
}

function createNow() {
    const day = isoDate(calendar.getDate());
    openPopover(`${urls.create}?day=${day}`, document.getElementById("new"));
}

// ---- The grid

const calendar = new FullCalendar.Calendar(grid, {
    locale: config.language,
    timeZone: "UTC",
    now: wallClock,
    initialView: VIEWS[config.view] ?? (phone.matches ? VIEWS.agenda : VIEWS.week),
    initialDate: config.date || undefined,
    headerToolbar: false,
    height: "100%",
    firstDay: 1,
    nowIndicator: true,
    navLinks: true,
    navLinkDayClick: (date) => go("day", date),
    navLinkWeekClick: (date) => go("week", date),
    weekNumbers: true,
    weekNumberCalculation: "ISO",
    weekText: "W",
    scrollTime: config.scrollTime,
    businessHours: { daysOfWeek: [1, 2, 3, 4, 5], startTime: "08:00", endTime: "18:00" },
    slotDuration: "00:30:00",
    snapDuration: "00:15:00",
    slotLabelFormat: { hour: "2-digit", minute: "2-digit", hour12: false },
    eventTimeFormat: { hour: "2-digit", minute: "2-digit", hour12: false },
    defaultRangeSeparator: "–",
    dayHeaderFormat: { weekday: "short", day: "numeric" },
    eventMinHeight: 24,
    eventShortHeight: 48,
    slotEventOverlap: false,
    dayMaxEvents: true,
    eventInteractive: true,
    editable: true,
    eventResizableFromStart: false,
    selectable: true,
    selectMirror: true,
    unselectAuto: false,
    longPressDelay: 500,
    views: {
        timeGridThree: { type: "timeGrid", duration: { days: 3 } },
        dayGridMonth: { dayHeaderFormat: { weekday: "short" }, displayEventEnd: false },
        multiMonthYear: {
            weekNumbers: false,
            dayHeaderFormat: { weekday: "narrow" },
            moreLinkText: (count) => `+${count}`,
        },
        listThirty: {
            type: "list",
            duration: { days: 30 },
            listDayFormat: { weekday: "long", day: "numeric", month: "long" },
            listDaySideFormat: false,
        },
    },
    allDayText: words.allDay,
    moreLinkText: (count) => words.more.replace("{count}", count),
    moreLinkDidMount: ({ el }) => el.setAttribute("role", "button"),
    noEventsText: words.nothing,
    events: load,
    eventClassNames: classes,
    eventContent: content,
    eventDidMount: decorate,
    eventWillUnmount: release,
    eventClick({ event, el, jsEvent }) {
        jsEvent.preventDefault();
        const { recurrenceId } = event.extendedProps;
        openPopover(dated(fillUrl(urls.popover, event.id), recurrenceId), el);
    },
    eventAllow: (span, event) => event.startEditable,
    eventDrop: move,
    eventResize: move,
    select: ({ startStr, endStr }) => create({ start: bare(startStr), end: bare(endStr) }),
    datesSet: showPeriod,
    eventsSet: showEmpty,
});

const formatter = (options) =>
    new Intl.DateTimeFormat(config.language, { timeZone: "UTC", ...options });

/** What is shown, in words; short where there is little room. */
function periodText(name, { currentStart, currentEnd }) {
    const month = phone.matches ? "short" : "long";
    if (name === "year") return String(currentStart.getUTCFullYear());
    if (name === "day") {
        const day = { weekday: month, day: "numeric", month, year: "numeric" };
        if (phone.matches) delete day.year;
        return formatter(day).format(currentStart);
    }
    if (name === "month" || phone.matches) {
        return formatter({ month, year: "numeric" }).format(currentStart);
    }
    const last = new Date(currentEnd - 1);
    const range = formatter({ day: "numeric", month, year: "numeric" });
    return range.formatRange(currentStart, last).replace(/^(\d+)\s–\s(?=\d)/, "$1–");
}

function showPeriod({ view }) {
    const name = NAMES[view.type];
    title.textContent = periodText(name, view);
    const number = calendar.formatDate(view.currentStart, { week: "numeric" });
    const hasWeek = name === "week" || name === "day";
    document.getElementById("week").textContent = hasWeek
        ? words.week.replace("{number}", number)
        : "";
    for (const link of document.querySelectorAll("[data-view]")) {
        if (link.dataset.view === name) link.setAttribute("aria-current", "true");
        else link.removeAttribute("aria-current");
    }
    document.getElementById("view-choice").value = name;
    const day = isoDate(calendar.getDate());
    history.replaceState(null, "", `?view=${name}&date=${day}`);
    announce(title.textContent);
    const small = document.getElementById("small-month");
    if (small.dataset.month !== day.slice(0, 7)) loadMonth(day.slice(0, 7));
    markMonth(view);
}

/** Which days of the small month the grid shows. */
function markMonth(view) {
    const from = isoDate(view.currentStart);
    const to = isoDate(view.currentEnd);
    for (const day of document.querySelectorAll("#small-month [data-day]")) {
        const inside = day.dataset.day >= from && day.dataset.day < to;
        day.classList.toggle("shown", inside && NAMES[view.type] !== "year");
    }
}

function loadMonth(month) {
    htmx.ajax("GET", `${urls.month}?month=${month}`, { target: "#small-month", swap: "outerHTML" });
}

/** The grid, what is due soon, and the dots of the small month unless somebody is walking through it. */
function reload() {
    calendar.refetchEvents();
    refreshReminders();
    const small = document.getElementById("small-month");
    if (!small.contains(document.activeElement)) loadMonth(small.dataset.month);
}

function showEmpty() {
    const { view } = calendar;
    const inside = calendar
        .getEvents()
        .some(({ start, end }) => start < view.currentEnd && (end ?? start) >= view.currentStart);
    const grids = ["day", "three", "week"].includes(NAMES[view.type]);
    empty.hidden = inside || !grids || !band.hidden || Boolean(document.getElementById("welcome"));
}

/** Show a view, and the day in it. */
function go(name, date) {
    if (date) calendar.changeView(VIEWS[name], date);
    else calendar.changeView(VIEWS[name]);
}

// ---- Tool bar, small month, keys

const ACTIONS = {
    previous: () => calendar.prev(),
    next: () => calendar.next(),
    today: () => calendar.today(),
    new: createNow,
    reload,
    "start-empty": () => {
        localStorage.setItem(EMPTY, "yes");
        document.getElementById("welcome").remove();
    },
    panel: () => document.getElementById("panel").classList.toggle("open"),
};

document.addEventListener("click", (event) => {
    const target = event.target.closest("[data-action], [data-view], [data-day]");
    if (!target || event.ctrlKey || event.metaKey) return;
    const { action, view, day } = target.dataset;
    if (action && !ACTIONS[action]) return;
    event.preventDefault();
    if (action) ACTIONS[action]();
    else if (view) go(view);
    else go(phone.matches || NAMES[calendar.view.type] === "day" ? "day" : "week", day);
});

document.getElementById("view-choice").addEventListener("change", ({ target }) => {
    if (VIEWS[target.value]) go(target.value);
    else location.assign(urls.list);
});

declinedShown.addEventListener("change", async () => {
    const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
    calendar.refetchEvents();
    await htmx.ajax("POST", urls.declined, {
        swap: "none",
        values: { shown: declinedShown.checked ? "1" : "", csrfmiddlewaretoken: token },
    });
});

/** What a run brought is shown without a reload, but takes no card out of somebody's hand. */
let synced = document.getElementById("sync").dataset.synced;
document.addEventListener("htmx:afterSettle", () => {
    const now = document.getElementById("sync").dataset.synced;
    if (now === synced || grid.querySelector(".fc-event-dragging, .fc-event-resizing")) return;
    synced = now;
    reload();
});

document.addEventListener("htmx:afterSettle", ({ detail }) => {
    if (detail.elt?.id === "small-month" || detail.target?.id === "small-month") {
        markMonth(calendar.view);
    }
});
document.addEventListener("popover-closed", () => calendar.unselect());
addEventListener("online", () => calendar.refetchEvents());
addEventListener("offline", () => {
    document.getElementById("band-text").textContent = words.offlineRead;
    band.hidden = false;
});

listen({
    keys: {
        t: ACTIONS.today,
        d: () => go("day"),
        w: () => go("week"),
        m: () => go("month"),
        y: () => go("year"),
        a: () => go("agenda"),
        l: () => location.assign(urls.list),
        n: createNow,
        c: createNow,
        s: () => document.querySelector("#sync [data-sync-now]")?.click(),
        g: () => document.querySelector("#small-month summary")?.focus(),
        "?": () => document.getElementById("keys").showModal(),
        ArrowLeft: ACTIONS.previous,
        ArrowRight: ACTIONS.next,
        e: ({ target }) => openCard(target.closest("[data-event]")),
        Delete: ({ target }) => deleteCard(target.closest("[data-event]")),
    },
    inPopover: popoverKey,
    undo: undoLast,
});

function openCard(card) {
    if (card) location.assign(dated(fillUrl(urls.event, card.dataset.event), card.dataset.date));
}

function deleteCard(card) {
    if (!card) return;
    htmx.ajax("GET", dated(fillUrl(urls.remove, card.dataset.event), card.dataset.date), {
        target: "#question",
        swap: "innerHTML",
    });
}

function popoverKey(key) {
    if (!popoverIsOpen()) return false;
    const button = document.querySelector(`#popover [data-key~="${CSS.escape(key)}"]`);
    button?.click();
    return Boolean(button);
}

if (localStorage.getItem(EMPTY)) document.getElementById("welcome")?.remove();
connectPeople(() => calendar.refetchEvents());
calendar.render();
