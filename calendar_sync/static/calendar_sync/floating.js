/**
 * What floats above a page: the popover at a card, the question in the middle, the toast.
 *
 * The server fills #popover and #question with htmx; these functions only place, show and close
 * them and keep the focus where it belongs.
 */

const popover = document.getElementById("popover");
const question = document.getElementById("question");
const toastBox = document.getElementById("toast");
const status = document.getElementById("status");

let anchor = null;
let opener = null;
let abandon = null;
let toastTimer = 0;
let undo = null;

const onPhone = () => matchMedia("(max-width: 767.98px)").matches;

/** The element; or, of a card that the grid has drawn anew since, the one in its place. */
export function current(el) {
    if (!el?.dataset?.event || el.isConnected) return el;
    const { event, date } = el.dataset;
    return document.querySelector(`[data-event="${event}"][data-date="${date}"]`) ?? el;
}

/** Ask for a fragment and show it at `at` (an element or a {left, top, right, bottom} box). */
export async function openPopover(url, at) {
    closePopover();
    anchor = at;
    opener = document.activeElement;
    await htmx.ajax("GET", url, { target: "#popover", swap: "innerHTML" });
}

export function popoverIsOpen() {
    return Boolean(popover?.open);
}

export function closePopover() {
    if (!popover?.open) return;
    popover.close();
    popover.replaceChildren();
    document.dispatchEvent(new CustomEvent("popover-closed"));
    current(opener)?.focus();
}

/** Whether closing would lose typed text. */
function typed() {
    const form = popover.querySelector("form[data-draft]");
    return Boolean(form?.dataset.changed);
}

export function leavePopover() {
    if (!typed()) return closePopover();
    const ask = document.getElementById("discard");
    ask.returnValue = "";
    ask.showModal();
    ask.onclose = () => {
        if (ask.returnValue === "discard") closePopover();
    };
}

/** What undoes the gesture that led to the question, if the question is closed unanswered. */
export function whenAbandoned(action) {
    abandon = action;
}

export function closeQuestion(answered) {
    const undoGesture = abandon;
    abandon = null;
    if (question?.open) {
        question.close();
        question.replaceChildren();
    }
    if (!answered && undoGesture) undoGesture();
}

/** Says it for 6 seconds; 12 with a button, which undoes. Held while pointed at or focused. */
export function toast(text, undoLabel, undoAction) {
    clearTimeout(toastTimer);
    toastBox.replaceChildren(Object.assign(document.createElement("span"), { textContent: text }));
    undo = undoAction ?? null;
    if (undo) {
        const button = document.createElement("button");
        button.type = "button";
        button.className = "btn btn-link";
        button.textContent = undoLabel;
        button.addEventListener("click", undoLast);
        toastBox.append(button);
    }
    toastBox.hidden = false;
    const wait = () => {
        clearTimeout(toastTimer);
        toastTimer = setTimeout(hideToast, undo ? 12000 : 6000);
    };
    toastBox.onmouseenter = toastBox.onfocusin = () => clearTimeout(toastTimer);
    toastBox.onmouseleave = toastBox.onfocusout = wait;
    wait();
}

function hideToast() {
    toastBox.hidden = true;
    undo = null;
}

/** True if there was something to undo. */
export function undoLast() {
    const action = undo;
    if (!action) return false;
    hideToast();
    action();
    return true;
}

export function announce(text) {
    if (status) status.textContent = text;
}

function place() {
    if (onPhone() || !anchor) return;
    anchor = current(anchor);
    const box = anchor.getBoundingClientRect ? anchor.getBoundingClientRect() : anchor;
    const { width, height } = popover.getBoundingClientRect();
    const right = box.right + 8;
    const left = right + width < innerWidth - 8 ? right : box.left - width - 8;
    popover.style.left = `${Math.max(8, Math.min(left, innerWidth - width - 8))}px`;
    popover.style.top = `${Math.max(56, Math.min(box.top, innerHeight - height - 8))}px`;
}

function show(dialog) {
    if (dialog === popover) {
        if (!popover.open) popover.show();
        place();
    } else if (!dialog.open) {
        dialog.showModal();
    }
    firstOf(dialog)?.focus();
}

/** Where the work goes on: at what was refused, else where it begins. */
function firstOf(place) {
    const wanted = ["[aria-invalid=true]", "[autofocus]", "h2", "[role=alert]"];
    return wanted.map((each) => place.querySelector(each)).find(Boolean);
}

document.addEventListener("htmx:afterSettle", ({ detail }) => {
    const { target } = detail;
    const page = document.getElementById("form-page");
    if (page && target?.id === "form-page") {
        (page.querySelector("[aria-invalid=true]") ?? page.querySelector("[role=alert]"))?.focus();
    }
    if (target !== popover && target !== question) return;
    if (target.childElementCount) show(target);
});

// What did not arrive is said where it was written; without a form the page says it.
for (const name of ["htmx:sendError", "htmx:responseError"]) {
    document.addEventListener(name, ({ detail }) => {
        if (detail.requestConfig?.verb !== "post") return;
        const { offline, failed } = status.dataset;
        const text = name === "htmx:sendError" ? offline : failed;
        const form = detail.requestConfig.elt.closest("form.question, form[data-draft]");
        if (!form) document.dispatchEvent(new CustomEvent("not-sent", { detail: { text } }));
        else form.prepend(notSent(form, text));
    });
}

function notSent(form, text) {
    const before = form.querySelector("[data-not-sent]");
    const said = before ?? document.createElement("p");
    said.className = "band band-bad";
    said.dataset.notSent = "";
    said.setAttribute("role", "alert");
    said.textContent = text;
    return said;
}

// Whoever logged in again goes on here: with the tokens that belong to the new log-in.
document.addEventListener("click", async ({ target }) => {
    if (!target.closest("[data-logged-in]")) return;
    const logIn = document.getElementById("log-in-again");
    const response = await fetch(logIn.dataset.home);
    if (!response.ok || response.redirected) return void logIn.querySelector("a").focus();
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const { value } = page.querySelector("[name=csrfmiddlewaretoken]");
    for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) {
        field.value = value;
    }
    logIn.close();
    document.dispatchEvent(new CustomEvent("logged-in"));
});

// A refused form comes back filled, with the status of a refusal. Who was logged out meanwhile
// is asked to log in beside this page, which stays as it is.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    const logIn = document.getElementById("log-in-again");
    if (logIn && new URL(detail.xhr.responseURL).pathname === logIn.dataset.page) {
        detail.shouldSwap = false;
        if (!logIn.open) logIn.showModal();
        return;
    }
    // An answer to a question that is about the page below it: refused, and shown there.
    if (question?.contains(detail.requestConfig?.elt) && detail.target !== question) closeQuestion(true);
    if (![404, 409, 422].includes(detail.xhr.status)) return;
    detail.shouldSwap = true;
    detail.isError = false;
});

for (const dialog of [popover, question]) {
    dialog?.addEventListener("cancel", (event) => {
        event.preventDefault();
        if (dialog === question) closeQuestion(false);
        else leavePopover();
    });
}

document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-close]")) return;
    if (question?.contains(event.target)) {
        event.preventDefault();
        closeQuestion(false);
    } else if (popover?.contains(event.target)) {
        event.preventDefault();
        leavePopover();
    }
});

document.addEventListener("pointerdown", (event) => {
    if (!popoverIsOpen() || question?.open || event.target.closest("dialog, #toast")) return;
    leavePopover();
});

document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && popoverIsOpen() && !document.querySelector("dialog:modal")) {
        event.preventDefault();
        leavePopover();
    }
    if (event.altKey && event.code === "KeyS" && question?.open) {
        event.preventDefault();
        question.querySelector("[data-send]")?.click();
    }
});

document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-draft]");
    if (form) form.dataset.changed = "yes";
});
