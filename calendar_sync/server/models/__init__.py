"""Base tables, under the technical names they have in Odoo (see `loading.records`)."""

from calendar_sync.server.models.config_parameter import ConfigParameter
from calendar_sync.server.models.external_id import ExternalId
from calendar_sync.server.models.group import Group
from calendar_sync.server.models.installed_addon import InstalledAddon
from calendar_sync.server.models.log_in_tries import LogInTries
from calendar_sync.server.models.menu import Action, Menu
from calendar_sync.server.models.model_access import ModelAccess
from calendar_sync.server.models.scheduled_action import ScheduledAction
from calendar_sync.server.models.settings_block import SettingsBlock
from calendar_sync.server.models.user import User

__all__ = [
    "Action",
    "ConfigParameter",
    "ExternalId",
    "Group",
    "InstalledAddon",
    "LogInTries",
    "Menu",
    "ModelAccess",
    "ScheduledAction",
    "SettingsBlock",
    "User",
]
