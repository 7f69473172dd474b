/** Whose events are shown: ticks under the small month, remembered in this browser.
 *
 * Below the viewer stand further calendars of the viewer's own; unticked ones are hidden.
 */

const list = document.getElementById("people");
const key = `calendar-people-${list.dataset.viewer}`;
const hiddenKey = `calendar-hidden-${list.dataset.viewer}`;
const boxes = () => [...list.querySelectorAll("input[data-person]")];
const calendars = () => [...list.querySelectorAll("input[data-calendar]")];

/** Ids of the ticked people in the order of the list, the viewer first. */
export function shown() {
    return boxes()
        .filter((box) => box.checked)
        .map((box) => Number(box.dataset.person));
}

/** Ids of the viewer's calendars that are not ticked. */
export function hidden() {
    return calendars()
        .filter((box) => !box.checked)
        .map((box) => Number(box.dataset.calendar));
}

function remembered(name) {
    try {
        const kept = JSON.parse(localStorage.getItem(name));
        return Array.isArray(kept) ? kept : null;
    } catch {
        return null;
    }
}

// As last time, and before the grid is made, which asks for events at once.
const kept = remembered(key);
if (kept) for (const box of boxes()) box.checked = kept.includes(Number(box.dataset.person));
const unseen = remembered(hiddenKey) ?? [];
for (const box of calendars()) box.checked = !unseen.includes(Number(box.dataset.calendar));

/** `changed` is called after every tick. */
export function connectPeople(changed) {
    list.addEventListener("change", ({ target }) => {
        if (target.matches("[data-everybody]")) {
            for (const box of boxes()) box.checked = target.checked || "self" in box.dataset;
        }
        localStorage.setItem(key, JSON.stringify(shown()));
        localStorage.setItem(hiddenKey, JSON.stringify(hidden()));
        changed();
    });
}
