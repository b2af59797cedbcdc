"""The words of the field as frozen values: contact, interaction, deal, metric, evidence, claim, persona.

Every time is an aware UTC datetime. Every id named `*_id` of a contact, interaction or deal is the CRM's external id,
except `Contact.key`, the store's own.
"""

from persona.model.claims import Claim, CorrectionKind, Evidence, Facet, Method, Persona, Role, WrittenBy
from persona.model.crm import (
    Contact,
    Deal,
    Direction,
    EmailEvent,
    EventType,
    History,
    Interaction,
    Kind,
    Outcome,
    Speaker,
    StageChange,
)
from persona.model.insights import Benchmark, Comparison, Insights, Metric, Month, Quality, QualityPart
from persona.model.profile import ContactMatch, Fit, Preceded, Profile, SimilarContact
from persona.model.writing import Brief, Citation, Draft, DraftClaim, Passage

__all__ = [
    "Benchmark",
    "Brief",
    "Citation",
    "Claim",
    "Comparison",
    "Contact",
    "ContactMatch",
    "CorrectionKind",
    "Deal",
    "Direction",
    "Draft",
    "DraftClaim",
    "EmailEvent",
    "EventType",
    "Evidence",
    "Facet",
    "Fit",
    "History",
    "Insights",
    "Interaction",
    "Kind",
    "Method",
    "Metric",
    "Month",
    "Outcome",
    "Passage",
    "Persona",
    "Preceded",
    "Profile",
    "Quality",
    "QualityPart",
    "Role",
    "SimilarContact",
    "Speaker",
    "StageChange",
    "WrittenBy",
]
