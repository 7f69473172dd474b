from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property

from django.contrib.auth.models import AbstractBaseUser
from django.db import connection, models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower

from calendar_sync.server.models.external_id import ExternalId
from calendar_sync.server.models.group import Group
from calendar_sync.server.models.model_access import OPERATIONS, ModelAccess
from calendar_sync.server.time_zones import validate_time_zone

USER = "base.group_user"
ADMINISTRATOR = "base.group_system"

HELD_GROUPS = """
WITH RECURSIVE held (id) AS (
    SELECT group_id FROM base_user_groups WHERE user_id = %s
    UNION
    SELECT implied.to_group_id FROM base_group_implied implied
        JOIN held ON implied.from_group_id = held.id
)
SELECT name.module || '.' || name.name, held.id FROM held
    JOIN base_externalid name ON name.model = 'res.groups' AND name.record_id = held.id
        AND name.name NOT LIKE '%%.%%'
"""


class UserQuerySet(models.QuerySet["User"]):
    def get_by_natural_key(self, login: str | None) -> "User":
        return self.get(login=(login or "").strip().lower())

    def search(self, words: str) -> "UserQuerySet":
        return self.filter(Q(name__icontains=words) | Q(login__icontains=words))

    def with_role(self) -> "UserQuerySet":
        """Read the roles of all of them at once."""
        held = ExternalId.objects.record_ids(ADMINISTRATOR)
        administrators = User.groups.through.objects.filter(user=OuterRef("pk"), group__in=held)
        return self.annotate(administers=Exists(administrators))

    def administrators(self) -> "UserQuerySet":
        """The active ones; a role is always given directly, never implied."""
        held = ExternalId.objects.record_ids(ADMINISTRATOR)
        return self.filter(is_active=True, groups__in=held)


class User(AbstractBaseUser):
    """`res.users`: one person. The log-in is an e-mail address, kept in small letters."""

    class Theme(models.TextChoices):
        SYSTEM = "system", "System"
        LIGHT = "light", "Light"
        DARK = "dark", "Dark"

    login = models.EmailField(
        "e-mail",
        max_length=254,
        unique=True,
        error_messages={"unique": "Somebody has this log-in already."},
    )
    name = models.CharField("name", max_length=200)
    tz = models.CharField(
        "time zone", max_length=64, default="UTC", validators=[validate_time_zone]
    )
    is_active = models.BooleanField("active", default=True)
    theme = models.CharField(max_length=6, choices=Theme, default=Theme.SYSTEM)
    groups = models.ManyToManyField(Group, blank=True, related_name="users")

    objects = UserQuerySet.as_manager()

    USERNAME_FIELD = "login"
    EMAIL_FIELD = "login"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = "user"
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(login=Lower("login")), name="user_login_small")
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        self.login = self.login.strip().lower()

    @property
    def initials(self) -> str:
        words = self.name.split() or ["?"]
        return "".join(word[0] for word in dict.fromkeys((words[0], words[-1]))).upper()

    @cached_property
    def held_groups(self) -> Mapping[str, int]:
        """Keys of the groups this user holds, also by implication, by external id."""
        with connection.cursor() as cursor:
            cursor.execute(HELD_GROUPS, [self.pk])
            return dict(cursor.fetchall())

    @property
    def is_administrator(self) -> bool:
        return ADMINISTRATOR in self.held_groups

    @cached_property
    def access_rights(self) -> Mapping[str, frozenset[str]]:
        """What this user may do, by technical name of the model: read, write, create, unlink.

        Read once per object, so once per request.
        """
        rights: defaultdict[str, set[str]] = defaultdict(set)
        granted = Q(group=None) | Q(group__in=self.held_groups.values())
        for row in ModelAccess.objects.filter(granted):
            rights[row.model] |= {name for name in OPERATIONS if getattr(row, f"perm_{name}")}
        return {model: frozenset(operations) for model, operations in rights.items()}
