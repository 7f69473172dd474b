/**
 * Tells of reminders when they are due: by the browser if one has allowed it, else on the page.
 *
 * The server says which are due soon, and in how many seconds. Of several open pages one tells.
 */

const config = JSON.parse(document.getElementById("calendar-config").textContent);
const box = document.getElementById("reminders");
const told = `calendar-reminded-${document.getElementById("people").dataset.viewer}`;
const LOOK = 5_000;
const ASK = 600_000;
const DAY = 86_400_000;

let due = [];
let asked = 0;

export async function refreshReminders() {
    asked = Date.now();
    const response = await fetch(config.urls.reminders).catch(() => null);
    if (!response?.ok || response.redirected) return;
    const found = await response.json();
    due = found.map((each) => ({ ...each, at: asked + each.seconds * 1000 }));
}

const allowed = () => "Notification" in globalThis && Notification.permission === "granted";

/** One page at a time; where pages can't agree, each for itself. */
function alone(action) {
    return navigator.locks ? navigator.locks.request(told, action) : action();
}

/** Those that no page has told of yet; from now on they are told. */
function claim(reminders) {
    const now = Date.now();
    const before = JSON.parse(localStorage.getItem(told) ?? "{}");
    const fresh = reminders.filter(({ key }) => !(key in before));
    const kept = Object.entries(before).filter(([, at]) => now - at < DAY);
    const added = fresh.map(({ key }) => [key, now]);
    localStorage.setItem(told, JSON.stringify(Object.fromEntries([...kept, ...added])));
    return fresh;
}

async function look() {
    if (Date.now() - asked > ASK) await refreshReminders();
    const now = Date.now();
    const ripe = due.filter(({ at }) => at <= now);
    // What only the page can tell waits until somebody looks at it.
    if (!ripe.length || (document.hidden && !allowed())) return;
    due = due.filter(({ at }) => at > now);
    await alone(() => claim(ripe).forEach(tell));
}

function tell(reminder) {
    if (allowed()) {
        try {
            return notify(reminder);
        } catch {
            // Phones don't let a page do it.
        }
    }
    show(reminder);
}

function notify({ key, title, when, place, link }) {
    const body = [when, place].filter(Boolean).join("\n");
    const notification = new Notification(title, { body, tag: key });
    notification.onclick = () => {
        focus();
        location.assign(link);
    };
}

function show({ title, when, place, link }) {
    const card = box.querySelector("template").content.firstElementChild.cloneNode(true);
    card.querySelector("[data-title]").textContent = title;
    card.querySelector("[data-when]").textContent = [when, place].filter(Boolean).join(", ");
    card.querySelector("a").href = link;
    card.querySelector("button").addEventListener("click", () => card.remove());
    box.append(card);
}

// Asked for by a click only; browsers that were asked before remember the answer.
const wish = document.querySelector("[data-notify]");
if (wish && "Notification" in globalThis && Notification.permission === "default") {
    wish.hidden = false;
    wish.addEventListener("click", async () => {
        wish.hidden = (await Notification.requestPermission()) !== "default";
    });
}

document.addEventListener("visibilitychange", look);
setInterval(look, LOOK);
refreshReminders();
