"""The page that says what the next sync would do, in each of its states."""

from collections.abc import Callable

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from django.test import Client

from calendar_sync.actions.accounts import stop
from calendar_sync.actions.preview_making import preview_next
from calendar_sync.models import Preview, PreviewedAct, ProviderCredential
from support.faulty import arm
from support.kept import rule
from support.pages import location, text_of
from support.world import Organization

pytestmark = pytest.mark.django_db

Browser = Callable[[AbstractBaseUser], Client]
EVA = "eva@client.example"


@pytest.fixture
def account(organization: Organization) -> ProviderCredential:
    """Two events there, one meeting here; signed in, and not looked at yet."""
    organization.create(organization.anna, "Workshop", EVA)
    organization.there("anna", "google").load(["Choir <3", "Skiing"])
    return organization.connect(organization.anna, "google", preview=True)


def made(organization: Organization) -> None:
    assert preview_next(organization.sandbox.clock)


def test_reading_it_asks_again_by_itself(
    organization: Organization, browser_of: Browser, account: ProviderCredential
) -> None:
    anna, url = browser_of(organization.anna), f"/connections/{account.pk}/preview"
    page = anna.get(url)
    text = text_of(page)
    assert "Before the first sync" in text
    assert "Reading anna@gmail.example … Nothing is written on either side." in text
    assert "Apply" not in text
    assert f'hx-get="{url}" hx-trigger="every 1s"' in page.content.decode()
    Preview.objects.update(read=340)
    assert "340 events" in text_of(anna.get(url, HTTP_HX_REQUEST="true"))
    area = text_of(anna.get("/calendar/sync"))
    assert "Reading your calendar… 340 events Review" in area


def test_it_says_what_would_be_done(
    organization: Organization, browser_of: Browser, account: ProviderCredential
) -> None:
    made(organization)
    anna, url = browser_of(organization.anna), f"/connections/{account.pk}/preview"
    page = anna.get(url)
    text = text_of(page)
    assert "passed over" not in text
    assert f'href="/connections#calendars-{account.pk}"' in page.content.decode()
    for words in (
        "Here 2 new 0 changed 0 deleted",
        "At Google 1 new 0 changed 0 deleted 0 answered",
        "Pairs 0 the same on both sides",
        "Left alone 0 waiting for you 0 not synced",
        "Guests who would be mailed: 0 1 goes out without guests, until you invite them.",
        "Apply: 2 here, 1 at Google, 0 mails",
        "2 new here 1 new at Google",
        "Tue 1 Dec 08:00 Choir <3",
    ):
        assert words in text
    assert b"<3" not in page.content
    assert "every 1s" not in page.content.decode()
    there = text_of(anna.get(url, {"show": "there-created", "page": "x"}))
    assert "Workshop Without its guests, until you invite them." in there


def test_a_big_calendar_has_pages(organization: Organization, browser_of: Browser) -> None:
    organization.there("anna", "google").load([f"E{number}" for number in range(101)])
    account = organization.connect(organization.anna, "google", preview=True)
    made(organization)
    anna, url = browser_of(organization.anna), f"/connections/{account.pk}/preview"
    first, second, beyond = (anna.get(url, {"page": n}).content.decode() for n in (1, 2, 9))
    rows = [page.count('data-label="Event"') for page in (first, second, beyond)]
    assert rows == [100, 1, 0]
    assert "Page 1 of 2" in first
    assert "?show=here-created&amp;page=2#events" in first
    assert "?show=here-created&amp;page=1#events" in second


def test_what_is_much_is_easy_to_read(
    organization: Organization, browser_of: Browser, account: ProviderCredential
) -> None:
    made(organization)
    preview = Preview.objects.get(credential=account)
    told = ["ben@corp.example", "eva@client.example"]
    PreviewedAct.objects.bulk_create(
        PreviewedAct(preview=preview, pairing=pairing, side="here", what=what, mailed=mailed)
        for pairing in account.pairings.all()
        for what, mailed, count in (("deleted", [], 1200), ("changed", told, 2))
        for _ in range(count)
    )
    page = browser_of(organization.anna).get(f"/connections/{account.pk}/preview")
    text = text_of(page)
    assert "1,200 deleted" in text
    assert "1,200 deleted here" in text
    assert '<li class="result-bad"><b>1,200</b> deleted</li>' in page.content.decode()
    assert "Guests who would be mailed: 2 In 4 mails. 1 goes out without guests" in text


def test_applied_once_whatever_is_clicked(
    organization: Organization, browser_of: Browser, account: ProviderCredential
) -> None:
    made(organization)
    anna, url = browser_of(organization.anna), f"/connections/{account.pk}/preview"
    assert location(anna.post(f"{url}/apply", {"number": "?"})) == url
    assert "The preview was made anew meanwhile" in text_of(anna.get(url))
    assert location(anna.post(f"{url}/apply", {"number": "1"})) == "/calendar"
    assert location(anna.post(f"{url}/apply", {"number": "1"})) == url
    text = text_of(anna.get(url))
    assert "This was applied already, maybe in another window." in text
    assert "Applied just now. The sync is running; you can close this page." in text
    organization.work()
    after = text_of(anna.get(url))
    assert "Google is kept in step. Whatever waits goes with the next sync." in after
    assert organization.there("anna", "google").titles() == ["Choir <3", "Skiing", "Workshop"]
    assert organization.mails == []


def test_what_came_up_since_is_said(
    organization: Organization, browser_of: Browser, account: ProviderCredential
) -> None:
    made(organization)
    organization.create(organization.anna, "Later")
    anna, url = browser_of(organization.anna), f"/connections/{account.pk}/preview"
    anna.post(f"{url}/apply", {"number": "1"})
    organization.work()
    assert "Sync: waiting for your go" not in text_of(anna.get("/calendar/sync"))
    made(organization)
    assert "Sync: waiting for your go" in text_of(anna.get("/calendar/sync"))
    text = text_of(anna.get(url))
    assert "1 change came up since the last preview." in text
    assert "Apply: 0 here, 1 at Google, 0 mails" in text


def test_nothing_to_do(organization: Organization, browser_of: Browser) -> None:
    account = organization.connect(organization.anna, "outlook", preview=True)
    made(organization)
    text = text_of(browser_of(organization.anna).get(f"/connections/{account.pk}/preview"))
    assert "Both calendars agree already. Nothing to do." in text
    assert "Start syncing" in text


def test_a_provider_that_does_not_answer(
    organization: Organization, browser_of: Browser, account: ProviderCredential
) -> None:
    arm(organization, "GET /google/calendar/*", "503", count=-1)
    made(organization)
    text = text_of(browser_of(organization.anna).get(f"/connections/{account.pk}/preview"))
    assert "Nothing was written on either side." in text
    assert "Look again Not now" not in text


def test_paused(
    organization: Organization, browser_of: Browser, account: ProviderCredential
) -> None:
    ProviderCredential.objects.update(paused_at=organization.now)
    anna, url = browser_of(organization.anna), f"/connections/{account.pk}/preview"
    assert "Paused by an administrator." in text_of(anna.get(url))
    anna.post(url)
    assert "Try again when it resumes." in text_of(anna.get(url))


def test_on_demand(organization: Organization, browser_of: Browser) -> None:
    anna = browser_of(organization.anna)
    account = organization.connect(organization.anna, "google")
    organization.work()
    url = f"/connections/{account.pk}/preview"
    assert f'href="{url}"' in anna.get("/connections").content.decode()
    assert location(anna.post(url)) == url
    made(organization)
    text = text_of(anna.get(url))
    assert "It may be out of date." in text
    assert "Start syncing" not in text
    stop(organization.anna, account.pk, organization.now)
    assert f'href="{url}"' in anna.get("/connections").content.decode()
    assert "Start syncing" in text_of(anna.get(url))


def test_only_its_person_decides(
    organization: Organization, browser_of: Browser, account: ProviderCredential
) -> None:
    made(organization)
    url = f"/connections/{account.pk}/preview"
    assert browser_of(organization.ben).get(url).status_code == 404
    assert browser_of(organization.ben).post(f"{url}/apply", {"number": "1"}).status_code == 404
    admin = browser_of(organization.admin)
    text = text_of(admin.get(url))
    assert "Here 2 new" in text
    assert "The events of others are not shown here, only their numbers." in text
    assert "Skiing" not in text
    assert "Apply" not in text
    assert admin.post(url).status_code == 404
    person = text_of(admin.get(f"/settings/users/{organization.anna.pk}/calendar"))
    assert "Waiting for its person's go" in person
    account.refresh_from_db()
    assert account.state == "connecting"


def test_other_rules_make_it_anew(
    organization: Organization, browser_of: Browser, account: ProviderCredential
) -> None:
    """It goes by the rules as they are, and what they keep is counted."""
    made(organization)
    anna, url = browser_of(organization.anna), f"/connections/{account.pk}/preview"

    rule(organization, only_titles=("choir*",))
    assert "Reading anna@gmail.example" in text_of(anna.get(url))
    made(organization)

    text = text_of(anna.get(url))
    assert "Here 1 new 0 changed 0 deleted" in text
    assert "At Google 0 new" in text
    assert "1 event here is left out: without a title you keep." in text
    assert "1 event at Google is passed over: without a title you keep." in text
    assert "Apply: 1 here, 0 at Google, 0 mails" in text
    anna.post(f"{url}/apply", {"number": "1"})
    account.refresh_from_db()
    assert account.state == "connecting"
