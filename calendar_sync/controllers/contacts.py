"""*Contacts*: the organization's address book, and who may be meant by what is typed as a guest."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from calendar_sync.actions import contacts as address_book
from calendar_sync.actions.contacts import ContactDraft, ContactRow
from calendar_sync.actions.errors import ActionRefused, Invalid
from calendar_sync.controllers import dates
from calendar_sync.controllers.event_form import addresses_in
from calendar_sync.controllers.requests import viewer
from calendar_sync.models import Contact

PAGE = 100
KIND_WORDS = {
    "colleague": "Colleague",
    "person": "Contact",
    "lead": "Lead",
    "room": "Room",
    "group": "List",
}
MARKS = {"room": " (room)", "group": " (list)"}
FORM = "calendar_sync/contacts/form.html"


@never_cache
@require_GET
def contacts(request: HttpRequest) -> HttpResponse:
    text, after = request.GET.get("q", ""), request.GET.get("after", "")
    try:
        rows = address_book.contacts(viewer(request), text, after, PAGE + 1)
    except ValueError:  # not a place of ours
        return redirect("contacts")
    more = address_book.place_of(rows[PAGE - 1]) if len(rows) > PAGE else ""
    context = {"q": text, "rows": rows[:PAGE], "more": more, "kinds": KIND_WORDS}
    return render(request, "calendar_sync/contacts/list.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    address = request.GET.get("address", "")
    return _form(request, None, ContactDraft("", addresses=(address,) if address else ()))


@never_cache
@require_http_methods(["GET", "POST"])
def contact(request: HttpRequest, pk: int) -> HttpResponse:
    row = address_book.contact(viewer(request), pk)
    return _form(
        request, row, ContactDraft(row.name, row.kind, row.addresses, row.phone, row.notes)
    )


def _form(request: HttpRequest, row: ContactRow | None, draft: ContactDraft) -> HttpResponse:
    user, errors = viewer(request), {}
    if request.method == "POST":
        draft = _typed(request)
        try:
            saved = address_book.save_contact(user, row.id if row else None, draft)
        except Invalid as invalid:
            errors = invalid.errors
        else:
            messages.success(request, "Saved.")
            return redirect("contact", saved.id)
    context = {
        "contact": row,
        "draft": draft,
        "errors": errors,
        "kinds": Contact.Kind.choices,
        "meetings": _meetings(request, row) if row else [],
    }
    return render(request, FORM, context, status=422 if errors else 200)


def _typed(request: HttpRequest) -> ContactDraft:
    sent = request.POST
    return ContactDraft(
        sent.get("name", ""),
        sent.get("kind", Contact.Kind.PERSON.value),
        tuple(addresses_in(sent.get("addresses", ""))),
        sent.get("phone", ""),
        sent.get("notes", "").replace("\r\n", "\n"),
    )


def _meetings(request: HttpRequest, row: ContactRow) -> list[dict[str, object]]:
    today = timezone.localdate()
    return [
        {
            "id": each.id,
            "date": each.date,
            "title": each.summary,
            "when": dates.long_day(
                each.starts_at.date() if each.all_day else timezone.localdate(each.starts_at),
                today,
            ),
        }
        for each in address_book.meetings_with(viewer(request), row.id)
    ]


@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        address_book.delete_contact(viewer(request), pk)
    except ActionRefused as refused:
        messages.warning(request, refused.text)
    else:
        messages.success(request, "Deleted. Meetings keep their guests.")
    return redirect("contacts")


@never_cache
@require_GET
def guests(request: HttpRequest) -> HttpResponse:
    """Options for a guest field, as a browser offers them below it."""
    typed = "".join(request.GET.getlist("guests")[-1:])
    options = [
        {
            "value": (f"{each.name} <{each.address}>" if each.name else each.address)
            + MARKS.get(each.kind, ""),
            "word": KIND_WORDS[each.kind],
        }
        for each in address_book.suggestions(viewer(request), typed)
    ]
    return render(request, "calendar_sync/calendar/guest_options.html", {"options": options})
