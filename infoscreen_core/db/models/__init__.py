"""Every table; importing this package makes `Base.metadata` complete."""

from infoscreen_core.db.models.api_tokens import ApiToken
from infoscreen_core.db.models.audit import AuditEntry, AuditSeal
from infoscreen_core.db.models.clients import Client, ClientGroup, ClientLog, ClientScreenshot
from infoscreen_core.db.models.commands.commands import ClientCommand, CommandTransition
from infoscreen_core.db.models.commands.maintenance import (
    MaintenanceFiring,
    MaintenancePlan,
    MaintenancePlanGroup,
    MaintenanceTurn,
)
from infoscreen_core.db.models.commands.plugs import Plug, PlugCycle, PlugTransition
from infoscreen_core.db.models.commands.recovery import RecoveryDecision
from infoscreen_core.db.models.commands.rollouts import Rollout, RolloutMember
from infoscreen_core.db.models.deletions import EventDeletion
from infoscreen_core.db.models.events import (
    Event,
    EventException,
    EventFile,
    Occurrence,
    RunningEmergency,
)
from infoscreen_core.db.models.feeds import CalendarFeed
from infoscreen_core.db.models.identities import UserIdentity
from infoscreen_core.db.models.media import Conversion, EventMedia, MediaFolder, MediaRoom
from infoscreen_core.db.models.monitoring.availability import ClientWeek, GroupWeekSums
from infoscreen_core.db.models.monitoring.content import ClientContentChange, PublishedList
from infoscreen_core.db.models.monitoring.health import ClientHealth, ClientHealthHour
from infoscreen_core.db.models.monitoring.history import (
    BlindSpan,
    ClientStatus,
    ClientStatusChange,
    JobRun,
)
from infoscreen_core.db.models.monitoring.incidents import Incident, IncidentCondition
from infoscreen_core.db.models.monitoring.log_counts import (
    LogCount,
    LogFamily,
    LogFamilyClient,
    LogFamilyDay,
    LogFamilyHour,
    LogHour,
)
from infoscreen_core.db.models.monitoring.patterns import HeatWeek, StormStretch
from infoscreen_core.db.models.monitoring.plays import PicturedEvent, PlayDay, PublishedFile
from infoscreen_core.db.models.operations import (
    ChangeCounter,
    DeadLetter,
    Lease,
    OutboxMessage,
    SystemSetting,
    WorkerStatus,
)
from infoscreen_core.db.models.periods import AcademicPeriod, SchoolHoliday
from infoscreen_core.db.models.power import GroupPower, PowerChange, PowerOverride
from infoscreen_core.db.models.repeats import IdempotentRequest
from infoscreen_core.db.models.saved_views import SavedView
from infoscreen_core.db.models.second_factor import RecoveryCode, SecondFactor, SignInStep
from infoscreen_core.db.models.subscriptions import CalendarSubscription, SubscribedEvent
from infoscreen_core.db.models.users import (
    EndedSession,
    FormDraft,
    KnownOrigin,
    LoginFailure,
    User,
    UserSession,
)
from infoscreen_core.db.models.web_players import WebPlayer, WebPlayerMessage
from infoscreen_core.db.models.webhooks import Webhook, WebhookDelivery

__all__ = [
    "AcademicPeriod",
    "ApiToken",
    "AuditEntry",
    "AuditSeal",
    "BlindSpan",
    "CalendarFeed",
    "CalendarSubscription",
    "ChangeCounter",
    "Client",
    "ClientCommand",
    "ClientContentChange",
    "ClientGroup",
    "ClientHealth",
    "ClientHealthHour",
    "ClientLog",
    "ClientScreenshot",
    "ClientStatus",
    "ClientStatusChange",
    "ClientWeek",
    "CommandTransition",
    "Conversion",
    "DeadLetter",
    "EndedSession",
    "Event",
    "EventDeletion",
    "EventException",
    "EventFile",
    "EventMedia",
    "FormDraft",
    "GroupPower",
    "GroupWeekSums",
    "HeatWeek",
    "IdempotentRequest",
    "Incident",
    "IncidentCondition",
    "JobRun",
    "KnownOrigin",
    "Lease",
    "LogCount",
    "LogFamily",
    "LogFamilyClient",
    "LogFamilyDay",
    "LogFamilyHour",
    "LogHour",
    "LoginFailure",
    "MaintenanceFiring",
    "MaintenancePlan",
    "MaintenancePlanGroup",
    "MaintenanceTurn",
    "MediaFolder",
    "MediaRoom",
    "Occurrence",
    "OutboxMessage",
    "PicturedEvent",
    "PlayDay",
    "Plug",
    "PlugCycle",
    "PlugTransition",
    "PowerChange",
    "PowerOverride",
    "PublishedFile",
    "PublishedList",
    "RecoveryCode",
    "RecoveryDecision",
    "Rollout",
    "RolloutMember",
    "RunningEmergency",
    "SavedView",
    "SchoolHoliday",
    "SecondFactor",
    "SignInStep",
    "StormStretch",
    "SubscribedEvent",
    "SystemSetting",
    "User",
    "UserIdentity",
    "UserSession",
    "WebPlayer",
    "WebPlayerMessage",
    "Webhook",
    "WebhookDelivery",
    "WorkerStatus",
]
