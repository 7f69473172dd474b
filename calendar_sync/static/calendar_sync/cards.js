/** Draws one event of the feed inside the element FullCalendar made for it. */

const ICONS = document.getElementById("calendar-page").dataset.icons;

export function element(name, className, text) {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (text) made.textContent = text;
    return made;
}

export function icon(name, title) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    use.setAttribute("href", `${ICONS}#${name}`);
    svg.setAttribute("class", "icon");
    svg.setAttribute("aria-hidden", "true");
    svg.append(use);
    if (!title) return svg;
    const holder = element("span", "event-mark");
    holder.title = title;
    holder.append(svg);
    return holder;
}

export function content({ event, view, timeText }) {
    const { place, state, people = [], more = 0, marks = [] } = event.extendedProps;
    const body = element("div", "event-body");
    const line = element("div", "event-line");
    const short = view.type === "dayGridMonth" || view.type === "multiMonthYear";
    if (short && !event.allDay) line.append(element("span", "event-dot"));
    if (short && timeText) line.append(element("span", "event-time", timeText));
    line.append(element("span", "event-title", event.title));
    body.append(line);
    if (!short && !view.type.startsWith("list")) {
        if (timeText && !event.allDay) body.append(element("div", "event-time", timeText));
        if (place) body.append(element("div", "event-place", place));
    }
    if (view.type.startsWith("list")) {
        if (place) line.append(element("span", "event-place", place));
        if (state !== "accepted") line.append(element("span", "hint", state));
    }
    if (people.length || marks.length) body.append(foot(people, more, marks));
    return { domNodes: [body] };
}

/** Whose card an element is, and of which date of a series. */
export function label(el, { id, extendedProps }) {
    el.setAttribute("aria-label", extendedProps.label);
    el.dataset.event = id;
    el.dataset.date = extendedProps.recurrenceId;
}

function foot(people, more, marks) {
    const made = element("div", "event-foot");
    for (const person of people) {
        const face = element("span", `face c${person.colour}`, person.initials);
        face.title = person.name;
        made.append(face);
    }
    if (more) made.append(element("span", "face-more", `+${more}`));
    for (const mark of marks.slice(0, 2)) {
        const shown = icon(mark.icon, mark.text);
        if (mark.colour) shown.classList.add("kind-mark", `c${mark.colour}`);
        made.append(shown);
    }
    return made;
}
