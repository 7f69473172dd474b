"""Copy the third-party front-end files to calendar_sync/static/vendor, and draw the icon sprite.

`vendor.json` says which file of which package becomes which file, and its hash; a file that differs
is refused. After an upgrade, `python frontend/build.py --accept` records the new hashes.
"""

import base64
import hashlib
import json
import re
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

HERE = Path(__file__).resolve().parent
PACKAGES = HERE / "node_modules"
LIST = HERE / "vendor.json"
VENDOR = HERE.parent / "calendar_sync" / "static" / "vendor"
SVG = "http://www.w3.org/2000/svg"
# Names a file that is not shipped: hashed static files would look for it in vain.
SOURCE_MAP = re.compile(rb"\n?(?://[#@] ?sourceMappingURL=\S*|/\*[#@] ?sourceMappingURL=.*?\*/)")


def main(arguments: list[str]) -> None:
    listed: dict[str, dict[str, str]] = json.loads(LIST.read_text())
    if arguments == ["--accept"]:
        listed = {
            name: entry | {"sha384": digest((PACKAGES / entry["from"]).read_bytes())}
            for name, entry in listed.items()
        }
        LIST.write_text(json.dumps(listed, indent=2) + "\n")
    VENDOR.mkdir(parents=True, exist_ok=True)
    for name, entry in listed.items():
        content = (PACKAGES / entry["from"]).read_bytes()
        if digest(content) != entry["sha384"]:
            sys.exit(f"frontend: {entry['from']} is not the file that vendor.json names.")
        (VENDOR / name).write_bytes(SOURCE_MAP.sub(b"", content))
    (VENDOR / "icons.svg").write_text(sprite((HERE / "icons.txt").read_text().split()))


def digest(content: bytes) -> str:
    return base64.b64encode(hashlib.sha384(content).digest()).decode()


def sprite(names: list[str]) -> str:
    """One SVG with a symbol per icon: `<svg><use href="…/icons.svg#gear"></use></svg>`."""
    ET.register_namespace("", SVG)
    root = ET.Element(f"{{{SVG}}}svg")
    for name in names:
        path = PACKAGES / "bootstrap-icons" / "icons" / f"{name}.svg"
        if not path.exists():
            sys.exit(f"frontend: icons.txt names {name!r}, which Bootstrap Icons does not have.")
        icon = ET.parse(path).getroot()
        symbol = ET.SubElement(root, f"{{{SVG}}}symbol", id=name, viewBox=icon.attrib["viewBox"])
        symbol.extend(icon)
    return ET.tostring(root, encoding="unicode") + "\n"


if __name__ == "__main__":
    main(sys.argv[1:])
