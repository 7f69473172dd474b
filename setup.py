"""Take the version from the manifest, its only home. All else is in pyproject.toml."""

import ast
from pathlib import Path

from setuptools import setup

MANIFEST = Path(__file__).with_name("__manifest__.py")

setup(version=ast.literal_eval(MANIFEST.read_text(encoding="utf-8"))["version"])
