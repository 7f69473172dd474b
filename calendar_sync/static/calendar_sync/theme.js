// Runs before the page is drawn: "system" follows the browser, also when it changes its mind.
(() => {
    const root = document.documentElement;
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const follow = () => {
        if (root.dataset.theme === "system") {
            root.dataset.bsTheme = dark.matches ? "dark" : "light";
        }
    };
    dark.addEventListener("change", follow);
    follow();
})();
