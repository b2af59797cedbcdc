"""By which method a persona is made, and why: RAG when the data allow it, else Basic."""

from typing import Final

from persona.model import Insights, Method

RAG_MIN_SCORE: Final = 30.0
RAG_MIN_INTERACTIONS: Final = 5


def choose_method(insights: Insights, *, asked: Method | None) -> tuple[Method, str]:
    """The method and why, in words: RAG from a data quality of 30 and 5 interactions, unless asked otherwise."""
    if asked is not None:
        basic = "you asked for Basic, which reads no correspondence"
        return asked, basic if asked is Method.BASIC else "you asked for it"
    score, n = insights.quality.score, insights.metrics["total_interactions"].n
    if usual_method(insights) is Method.RAG:
        return Method.RAG, f"data quality {score:.0f}, {n} interactions"
    if n < RAG_MIN_INTERACTIONS:
        return (
            Method.BASIC,
            f"only {n} interaction{'' if n == 1 else 's'}, {RAG_MIN_INTERACTIONS} are needed to read behaviour",
        )
    return Method.BASIC, f"data quality is {score:.0f}, {RAG_MIN_SCORE:.0f} is needed to read behaviour"


def usual_method(insights: Insights) -> Method:
    """The method when nobody asks for one."""
    enough = insights.metrics["total_interactions"].n >= RAG_MIN_INTERACTIONS
    return Method.RAG if enough and insights.quality.score >= RAG_MIN_SCORE else Method.BASIC
