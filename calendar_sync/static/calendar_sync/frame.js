// Folding menus open without script; this closes them: one at a time, on Escape, on a click beside.
(() => {
    const open = () => document.querySelectorAll("details.fold[open]");
    document.addEventListener("click", (event) => {
        open().forEach((fold) => fold.contains(event.target) || fold.removeAttribute("open"));
    });
    document.addEventListener("keydown", (event) => {
        if (event.key !== "Escape") return;
        open().forEach((fold) => {
            fold.removeAttribute("open");
            fold.querySelector("summary").focus();
        });
    });
    // Where the side list has become a row, the open page's entry may be beyond its edge.
    document.querySelector(".settings-list [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
    // A tick box that saves itself; without script there is a button beside it.
    document.addEventListener("change", (event) => {
        if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
    });
})();
