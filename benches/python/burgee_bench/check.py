"""Whether answers are what a scenario expects."""

from typing import Any

from .burgee import Answer

_ALWAYS = ("variant", "reason", "errorCode")


def members(answer: Answer | dict[str, Any]) -> dict[str, Any]:
    """An answer by the names that scenarios use."""
    if isinstance(answer, dict):
        return answer
    named = {"value": answer.value, "variant": answer.variant, "reason": answer.reason}
    return {**named, "errorCode": answer.error_code}


def wrong(answer: dict[str, Any], expect: dict[str, Any]) -> str | None:
    """What is wrong with an answer, in words."""
    # A flag without a value has the caller's, which differs from host to host.
    names = (*_ALWAYS, "value") if "value" in expect else _ALWAYS
    if all(answer.get(name) == expect.get(name) for name in names):
        return None
    return f"answers {answer}, not {expect}"
