/** Single keys, as the "?" dialog lists them; never while somebody types. */

const TYPING =
    "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable=true]";
const OWN_KEYS = "[role=menu], details[open], dialog:modal";

/**
 * `keys`: what a key does on the page. `inPopover(key)`: true if the popover took the key.
 * `undo()`: true if there was something to undo.
 */
export function listen({ keys, inPopover, undo }) {
    document.addEventListener("keydown", (event) => {
        const { key, target } = event;
        if (target.closest(TYPING) || target.closest(OWN_KEYS)) return;
        if ((event.ctrlKey || event.metaKey) && key === "z") {
            if (undo()) event.preventDefault();
            return;
        }
        if (event.ctrlKey || event.metaKey || event.altKey) return;
        if (inPopover(key)) {
            event.preventDefault();
        } else if (Object.hasOwn(keys, key)) {
            event.preventDefault();
            keys[key](event);
        }
    });
}
