import re

import pytest
from django.conf import settings
from django.test import Client

from support.people import a_person

pytestmark = pytest.mark.django_db


def test_facts_of_the_manifests_in_order_of_loading(client: Client) -> None:
    client.force_login(a_person("mara", "administrator"))

    page = client.get("/settings/apps").content.decode()

    names = re.findall(r"<dt>Technical name</dt><dd><code>(\w+)</code>", page)
    assert names == [addon.name for addon in settings.ADDONS]
    own = settings.ADDONS[-1].facts
    assert f"<b>Calendar Sync</b> {own['version']}" in page
    assert "depends: calendar" in page
    assert all(f"<code>{file}</code>" in page for file in own["data"])


def test_about_names_the_version(client: Client) -> None:
    client.force_login(a_person("mara", "administrator"))

    page = client.get("/settings/about").content.decode()

    assert f"<h2>Calendar Sync {settings.ADDONS[-1].facts['version']}</h2>" in page
    assert re.search(r"Python 3\.\d+\.\d+ · PostgreSQL \d+", page)


@pytest.mark.parametrize("page", ["/settings/apps", "/settings/about"])
def test_only_for_administrators(client: Client, page: str) -> None:
    client.force_login(a_person("anna"))

    assert client.get(page).status_code == 403
