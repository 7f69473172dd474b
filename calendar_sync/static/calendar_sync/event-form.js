/**
 * Comforts of the event form, in the popover and on its page: the end follows the start, times may
 * be typed in any usual way, guests and categories are chips, reminders are rows, the description
 * has buttons. Without this script the same fields are plain inputs.
 */

const MINUTE = 60000;

/** "9", "9:15", "930", "9pm" → "09:00"; empty if it is no time. The server reads the same. */
export function readTime(text) {
    const found = /^\s*(\d{1,2})(?:[:.h ]?([0-5]\d))?\s*(am|pm|a|p)?\s*$/i.exec(text);
    if (!found) return "";
    let hour = Number(found[1]);
    const half = found[3]?.[0].toLowerCase();
    if (half && (hour < 1 || hour > 12)) return "";
    if (half) hour = (hour % 12) + (half === "p" ? 12 : 0);
    return hour < 24 ? `${String(hour).padStart(2, "0")}:${found[2] ?? "00"}` : "";
}

function moment(form, which) {
    const date = form.elements[`${which}_date`].value;
    const time = form.elements.all_day.checked ? "00:00" : form.elements[`${which}_time`].value;
    return new Date(`${date}T${readTime(time) || "00:00"}Z`);
}

function duration(form) {
    const length = moment(form, "end") - moment(form, "start");
    return Number.isNaN(length) ? 0 : Math.max(0, length);
}

function moveEnd(form, length) {
    const end = new Date(moment(form, "start").getTime() + length);
    if (Number.isNaN(end.getTime())) return;
    const text = end.toISOString();
    form.elements.end_date.value = text.slice(0, 10);
    if (!form.elements.all_day.checked) form.elements.end_time.value = text.slice(11, 16);
}

/** As the server writes it: "15 min", "1 h", "1 h 30". */
function lengthText(minutes) {
    const hours = Math.floor(minutes / 60);
    const rest = minutes % 60;
    if (!hours) return `${rest} min`;
    return rest ? `${hours} h ${String(rest).padStart(2, "0")}` : `${hours} h`;
}

function showLength(form) {
    const output = form.querySelector("[data-length]");
    if (!output) return;
    const minutes = duration(form) / MINUTE;
    if (!form.elements.all_day.checked) return void (output.textContent = lengthText(minutes));
    const days = Math.round(minutes / 1440) + 1;
    const { day, days: many } = output.dataset;
    output.textContent = days === 1 ? day : many.replace("{days}", String(days));
}

function connectTimes(form) {
    let length = duration(form);
    form.addEventListener("change", ({ target }) => {
        if (target.name?.endsWith("_time")) target.value = readTime(target.value) || target.value;
        if (target.name === "all_day") {
            form.classList.toggle("all-day", target.checked);
        } else if (target.name?.startsWith("start_")) {
            moveEnd(form, length);
        }
        length = duration(form);
        showLength(form);
    });
    form.classList.toggle("all-day", form.elements.all_day.checked);
    const { start_date: from, end_date: to } = form.elements;
    form.classList.toggle("same-day", form.classList.contains("quick") && from.value === to.value);
    showLength(form);
}

// ---- Guests and categories

const GUESTS = /(?:"[^"]*"|[^,;\r\n"])+/g;
const PART = /\s*\((optional|room|list)\)$/i;
const complete = (address) => /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(address);

function mark(chip) {
    const { name, value } = chip.querySelector("input");
    if (name !== "guests") return;
    const guest = value.replace(PART, "");
    chip.classList.toggle("incomplete", !complete(/<([^>]+)>/.exec(guest)?.[1] ?? guest));
}

function addChip(list, text) {
    const chip = list.querySelector("template").content.firstElementChild.cloneNode(true);
    chip.querySelector("bdi").textContent = text;
    chip.querySelector("input").value = text;
    chip.querySelector("button").setAttribute("aria-label", `${chip.querySelector("button").getAttribute("aria-label")} ${text}`);
    mark(chip);
    list.querySelector("[data-chips]").append(chip);
}

function connectChips(list, form) {
    const input = list.querySelector("[data-add]");
    list.querySelectorAll("[data-chips] [data-chip]").forEach(mark);
    const changed = () => {
        form.dataset.changed = "yes";
        form.dispatchEvent(new CustomEvent("guests-changed"));
    };
    const add = (text) => {
        const typed = (text.match(GUESTS) ?? []).map((part) => part.trim());
        for (const each of typed.filter(Boolean)) addChip(list, each);
        input.value = "";
        changed();
    };
    const take = () => add(input.value);
    const offered = () =>
        input.value.includes("@") &&
        [...input.list.options].some((option) => option.value === input.value);
    input.addEventListener("keydown", (event) => {
        const ends = [",", ";"].includes(event.key);
        if (ends || (event.key === "Enter" && input.value.trim())) {
            event.preventDefault();
            take();
        } else if (event.key === "Backspace" && !input.value) {
            list.querySelector("[data-chips]").lastElementChild?.remove();
            changed();
        }
    });
    input.addEventListener("change", take);
    input.addEventListener("input", ({ inputType }) => {
        // Chosen from what the browser offers, not typed.
        if ((!inputType || inputType === "insertReplacementText") && offered()) take();
    });
    input.addEventListener("paste", (event) => {
        const text = event.clipboardData.getData("text/plain").trim();
        if (!/[,;\n\t]/.test(text)) return;
        event.preventDefault();
        add(`${input.value}${text}`.replaceAll("\t", "\n"));
    });
    list.addEventListener("click", ({ target }) => {
        if (!target.closest("[data-remove]")) return;
        target.closest("[data-chip]").remove();
        input.focus();
        changed();
    });
}

function connectMailLine(form) {
    const line = form.querySelector("[data-mail-line]");
    if (!line) return;
    const say = () => {
        const count = form.querySelectorAll("[data-guests] [data-chip]:not([data-self]) input:enabled").length;
        const { none, one, many, asks } = line.dataset;
        if (!count || !asks) line.textContent = none;
        else line.textContent = (count === 1 ? one : many).replace("{count}", count);
    };
    form.addEventListener("guests-changed", say);
    say();
}

// ---- What is no meeting: its own fields, and no guests

function connectSpecial(form) {
    const { special } = form.elements;
    if (!(special instanceof RadioNodeList)) return;
    const show = () => {
        const kind = special.value || "meeting";
        for (const part of form.querySelectorAll("[data-for]")) {
            part.hidden = !part.dataset.for.split(" ").includes(kind);
            // What was typed into it comes back with it, but is not sent.
            for (const field of part.querySelectorAll("input, select")) {
                field.disabled = part.hidden;
            }
        }
        form.dispatchEvent(new CustomEvent("guests-changed"));
    };
    form.addEventListener("change", ({ target }) => {
        if (target.name === "special") show();
    });
    show();
}

// ---- What is folded away says how it differs from what is usual: the first of each choice

function saying(field) {
    if (field.closest("[data-row], [hidden]")) return "";
    if (field.name === "category") return field.value;
    const says = field.dataset.says ?? "";
    if (field.matches("select")) {
        const usual = field.dataset.usual ?? field.options[0].value;
        return field.value === usual ? "" : `${says}${field.selectedOptions[0].text}`;
    }
    return field.checked && field.value ? says : "";
}

function connectFolded(details, form) {
    const output = details.querySelector("[data-differs]");
    const otherwise = output.textContent;
    const say = () => {
        const said = [...details.querySelectorAll("input, select")].map(saying).filter(Boolean);
        output.textContent = said.join(", ") || otherwise;
        output.classList.toggle("differs", said.length > 0);
    };
    for (const what of ["change", "click", "guests-changed"]) form.addEventListener(what, say);
    say();
}

// ---- Reminders

function connectReminders(fields) {
    const choice = fields.querySelector("select[name=reminders]");
    const rows = fields.querySelector("[data-rows]");
    const add = () => {
        const row = fields.querySelector("template").content.firstElementChild.cloneNode(true);
        rows.append(row);
        return row;
    };
    choice.addEventListener("change", () => {
        if (choice.value === "own" && !rows.children.length) add();
    });
    fields.addEventListener("click", ({ target }) => {
        if (target.closest("[data-add-reminder]")) add().querySelector("input").select();
        const row = target.closest("[data-remove-row]")?.closest("[data-row]");
        if (!row) return;
        const next = row.nextElementSibling ?? row.previousElementSibling;
        row.remove();
        if (!next) choice.value = "none";
        (next?.querySelector("input") ?? choice).focus();
    });
}

// ---- Description

function connectEditor(editor) {
    const source = editor.querySelector("textarea");
    const area = editor.querySelector("[data-area]");
    area.innerHTML = source.value; // made clean by the server, which is the only one who fills it
    area.hidden = editor.querySelector("[role=toolbar]").hidden = false;
    source.hidden = true;
    const keep = () => {
        source.value = area.textContent.trim() ? area.innerHTML : "";
    };
    area.addEventListener("input", keep);
    area.addEventListener("paste", (event) => {
        event.preventDefault();
        document.execCommand("insertText", false, event.clipboardData.getData("text/plain"));
    });
    editor.addEventListener("click", ({ target }) => {
        const button = target.closest("[data-command]");
        if (!button) return;
        area.focus();
        const { command } = button.dataset;
        const address = command === "createLink" ? prompt(button.dataset.ask, "https://") : null;
        if (command === "createLink" && !/^(https?:\/\/|mailto:)\S+/.test(address ?? "")) return;
        document.execCommand(command, false, address);
        keep();
    });
}

function connect(form) {
    if (form.dataset.connected) return;
    form.dataset.connected = "yes";
    if (form.elements.start_date) connectTimes(form);
    form.querySelectorAll("[data-guests], [data-categories]").forEach((list) => {
        connectChips(list, form);
    });
    const reminders = form.querySelector("[data-reminders]");
    if (reminders) connectReminders(reminders);
    connectMailLine(form);
    connectSpecial(form);
    form.querySelectorAll("[data-sums-up]").forEach((details) => connectFolded(details, form));
    const editor = form.querySelector("[data-editor]");
    if (editor) connectEditor(editor);
}

function connectAll(root) {
    for (const form of root.querySelectorAll("form[data-draft]")) connect(form);
}

document.addEventListener("htmx:load", ({ detail: { elt } }) => connectAll(elt.parentNode ?? elt));
document.addEventListener("click", ({ target }) => {
    const suggestion = target.closest("[data-set-end]");
    const more = target.closest("[data-more]");
    if (suggestion) {
        const { elements } = suggestion.form;
        elements.end_date.value = elements.start_date.value;
        elements.end_time.value = suggestion.dataset.setEnd;
        suggestion.closest("p").remove();
    }
    if (more) {
        // A whole page follows: the form goes there itself, past htmx, with all that was typed.
        const field = Object.assign(document.createElement("input"), { name: "more", value: "1" });
        field.type = "hidden";
        more.form.append(field);
        more.form.submit();
    }
});
document.addEventListener("keydown", (event) => {
    // The form of a whole page hears it wherever the focus is.
    const own = event.target.closest?.("form[data-draft]");
    const form = own ?? document.getElementById("form-page");
    if (!form || !(event.ctrlKey || event.metaKey) || document.querySelector("dialog:modal")) return;
    if (event.key !== "Enter" && event.key !== "s") return;
    event.preventDefault();
    form.requestSubmit(form.querySelector("[data-save]"));
});
connectAll(document);
