from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from calendar_sync.security.access import check_access
from calendar_sync.server.actions.users import change_user, create_user
from calendar_sync.server.forms import UserForm
from calendar_sync.server.models import User


def index(request: HttpRequest) -> HttpResponse:
    check_access(request.user, "res.users", "read")
    search = request.GET.get("q", "").strip()
    people = User.objects.search(search).with_role().order_by("-is_active", "name", "pk")
    return render(request, "base/users.html", {"people": people, "search": search})


def create(request: HttpRequest) -> HttpResponse:
    check_access(request.user, "res.users", "create")
    form = UserForm(request.POST or None)
    if form.is_valid():
        data = form.cleaned_data
        person = form.save(commit=False)
        create_user(request.user, person, data["role"], data["new_password"])
        messages.success(request, f"{person} may log in now.")
        return redirect("user", person.pk)
    return render(request, "base/user.html", {"form": form})


def edit(request: HttpRequest, pk: int) -> HttpResponse:
    check_access(request.user, "res.users", "read")
    person = get_object_or_404(User, pk=pk)
    form = UserForm(request.POST or None, instance=person)
    if form.is_valid() and _changed(request, form):
        messages.success(request, "Saved.")
        return redirect("user", pk)
    return render(request, "base/user.html", {"form": form, "person": person, "tab": "access"})


def _changed(request: HttpRequest, form: UserForm) -> bool:
    person, data = form.save(commit=False), form.cleaned_data
    try:
        change_user(request.user, person, data["role"], data["new_password"])
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True
