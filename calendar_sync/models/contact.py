from collections.abc import Collection, Iterable, Mapping

from django.db import models
from django.db.models import Q

from calendar_sync.models.bulk import create_all
from calendar_sync.security import rules


class ContactQuerySet(models.QuerySet["Contact"]):
    def visible_to(self, user: rules.Person) -> "ContactQuerySet":
        return self.filter(rules.contacts_for(user))

    def found_by(self, text: str) -> "ContactQuerySet":
        """Whose name, phone or addresses hold every word of the text."""
        rows = self
        for word in text.split():
            has = Q(addresses__address__icontains=word.lower())
            rows = rows.filter(Q(name__icontains=word) | Q(phone__icontains=word) | has)
        return rows.distinct()

    def at(self, addresses: Iterable[str]) -> dict[str, "Contact"]:
        """Who stands behind these normalized addresses, in one statement."""
        rows = ContactAddress.objects.filter(address__in=set(addresses)).select_related("contact")
        return {row.address: row.contact for row in rows}

    def meet(self, guests: Mapping[str, str], kind: str, others: Collection[str]) -> int:
        """Make contacts of these guests, name by address, but those who are known; how many.

        `others`: addresses of whoever shall not become one. Four statements at most, and safe
        beside another worker, who meets the same people.
        """
        wanted = {each: name for each, name in guests.items() if each not in others}
        new = sorted(wanted.keys() - self.at(wanted).keys())
        if not new:
            return 0
        contacts = [Contact(name=(wanted[each] or each)[:200], kind=kind) for each in new]
        create_all(Contact, contacts)
        rows = [
            ContactAddress(contact=contact, address=each)
            for contact, each in zip(contacts, new, strict=True)
        ]
        ContactAddress.objects.bulk_create(rows, ignore_conflicts=True)
        made = [contact.pk for contact in contacts]
        late = Contact.objects.filter(pk__in=made, addresses=None)
        late.delete()  # somebody else was faster
        return len(new)


class Contact(models.Model):
    """A person outside the organization; its address book is everybody's who works here.

    Guests are matched by address whenever they are shown: nothing points from a guest to a contact,
    so an address that is added later counts for old meetings, too.
    """

    class Kind(models.TextChoices):
        PERSON = "person", "Contact"
        LEAD = "lead", "Lead"

    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=6, choices=Kind, default=Kind.PERSON)
    phone = models.CharField(max_length=100, blank=True)
    notes = models.TextField(blank=True)

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = "contact"
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class ContactAddressQuerySet(models.QuerySet["ContactAddress"]):
    def visible_to(self, user: rules.Person) -> "ContactAddressQuerySet":
        return self.filter(rules.contacts_for(user))


class ContactAddress(models.Model):
    """A mail address of a contact, the preferred one first."""

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="addresses")
    address = models.CharField(max_length=320, unique=True)  # normalized

    objects = ContactAddressQuerySet.as_manager()

    class Meta:
        verbose_name = "address of a contact"
        verbose_name_plural = "addresses of contacts"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.address
