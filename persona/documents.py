"""Profiles and insights as JSON documents: the shape they are stored in."""

from datetime import datetime
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from persona.model import Insights, Profile


@cache
def _profiles() -> TypeAdapter[Profile]:
    return TypeAdapter(Profile)


@cache
def _insights() -> TypeAdapter[Insights]:
    return TypeAdapter(Insights)


def dump_profile(profile: Profile) -> str:
    """The profile as a JSON text; `load_profile` gives back an equal one."""
    return _profiles().dump_json(profile).decode()


def load_profile(document: str | dict[str, Any]) -> Profile:
    """The profile of a stored document; raises pydantic.ValidationError on one we did not write."""
    if isinstance(document, str):
        return _profiles().validate_json(document)
    return _profiles().validate_python(document)


def dump_insights(insights: Insights) -> str:
    """The insights as a JSON text; `load_insights` gives back equal ones."""
    return _insights().dump_json(insights).decode()


def load_insights(document: str | dict[str, Any]) -> Insights:
    """The insights of a stored document; raises pydantic.ValidationError on one we did not write."""
    if isinstance(document, str):
        return _insights().validate_json(document)
    return _insights().validate_python(document)


def iso(moment: datetime) -> str:
    """A UTC time as ISO 8601 with a Z."""
    return moment.isoformat().replace("+00:00", "Z")
