/** Small comforts of the other pages; each of them works without. */

function say(text) {
    const status = document.getElementById("status");
    if (status) status.textContent = text;
}

document.addEventListener("click", async ({ target }) => {
    const copy = target.closest("[data-copy]");
    if (copy) {
        const source = document.getElementById(copy.dataset.copy);
        await navigator.clipboard.writeText(source.value ?? source.textContent.trim());
        const label = copy.querySelector("[data-label]") ?? copy;
        const before = label.textContent;
        label.textContent = copy.dataset.done;
        say(copy.dataset.done);
        setTimeout(() => (label.textContent = before), 2000);
    }
    const replace = target.closest("[data-replace]");
    if (replace) {
        const field = document.getElementById(replace.dataset.replace);
        field.disabled = false;
        field.placeholder = "";
        field.focus();
        replace.hidden = true;
    }
});

// A form that is sent once is not sent twice; htmx sees to its own.
document.addEventListener("submit", ({ target }) => {
    if (target.matches("[hx-post], [method=dialog]")) return;
    setTimeout(() => {
        for (const button of target.querySelectorAll("button[type=submit]")) button.disabled = true;
    });
});
addEventListener("pageshow", ({ persisted }) => {
    if (!persisted) return;
    for (const button of document.querySelectorAll("button[type=submit]")) button.disabled = false;
});

// A settings form says that it has changed, and asks before it is left.
for (const form of document.querySelectorAll("form[data-unsaved]")) {
    const note = form.querySelector("[data-unsaved-note]");
    const initial = new FormData(form);
    const changes = () => {
        const now = new FormData(form);
        const names = new Set([...initial.keys(), ...now.keys()]);
        return [...names].filter((name) => initial.get(name) !== now.get(name)).length;
    };
    form.addEventListener("input", () => {
        const count = changes();
        const text = count === 1 ? note.dataset.one : note.dataset.many;
        note.textContent = count ? text.replace("{count}", count) : "";
    });
}

// Only a change of state is announced, never the ticking minutes. What changed, or a run that
// ended, may also change what the head of the page says.
let states = null;
let ended = null;
document.addEventListener("htmx:afterSettle", () => {
    const sync = document.getElementById("sync");
    const rows = [...(sync?.querySelectorAll("[data-state]") ?? [])];
    if (!rows.length) return;
    const now = rows.map((row) => row.dataset.state).join();
    if (states !== null && states !== now) {
        say(rows.map((row) => row.querySelector("[data-text]").textContent.trim()).join(". "));
    }
    if (rows.every((row) => row.dataset.state !== "syncing")) {
        document.querySelector('[data-message="first-sync"]')?.remove();
    }
    if (ended !== null && ended !== now + sync.dataset.synced) {
        htmx.trigger("#notices", "refresh");
    }
    states = now;
    ended = now + sync.dataset.synced;
});

// The sync area is not replaced under an open menu.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (detail.target.id === "sync" && detail.target.querySelector("details[open]")) {
        detail.shouldSwap = false;
    }
});
