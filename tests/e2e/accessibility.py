"""What axe-core, the checker of accessibility, finds on a page (WCAG 2.2, level AA)."""

from pathlib import Path

from playwright.sync_api import Page

AXE = Path(__file__).parents[2] / "frontend/node_modules/axe-core/axe.min.js"
CHECK = """async () => {
    const runOnly = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
    const { violations } = await axe.run(document, { runOnly });
    return violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html.slice(0, 160))]);
}"""


def violations(page: Page) -> dict[str, list[str]]:
    """Rules that are broken, with the elements that break them."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    return dict(page.evaluate(CHECK))
