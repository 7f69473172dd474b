/** Whose events are shown: ticks under the small month, remembered in this browser. */

const list = document.getElementById("people");
const key = `calendar-people-${list.dataset.viewer}`;
const boxes = () => [...list.querySelectorAll("input[data-person]")];

/** Ids of the ticked people in the order of the list, the viewer first. */
export function shown() {
    return boxes()
        .filter((box) => box.checked)
        .map((box) => Number(box.dataset.person));
}

function remembered() {
    try {
        const kept = JSON.parse(localStorage.getItem(key));
        return Array.isArray(kept) ? kept : null;
    } catch {
        return null;
    }
}

/** Tick as last time; `changed` is called after every tick. */
export function connectPeople(changed) {
    const kept = remembered();
    if (kept) for (const box of boxes()) box.checked = kept.includes(Number(box.dataset.person));
    list.addEventListener("change", ({ target }) => {
        if (target.matches("[data-everybody]")) {
            for (const box of boxes()) box.checked = target.checked || "self" in box.dataset;
        }
        localStorage.setItem(key, JSON.stringify(shown()));
        changed();
    });
}
