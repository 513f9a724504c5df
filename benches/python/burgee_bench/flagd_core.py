"""flagd's evaluator for Python, as a provider calls it."""

from typing import Any

from openfeature.contrib.tools.flagd.core import FlagdCore
from openfeature.evaluation_context import EvaluationContext
from openfeature.exception import OpenFeatureError


def make_context(context: dict[str, Any]) -> EvaluationContext:
    """The context in the SDK's form."""
    attributes = {name: value for name, value in context.items() if name != "targetingKey"}
    return EvaluationContext(context.get("targetingKey"), attributes)


class Core:
    """One evaluator."""

    def __init__(self) -> None:
        self._core = FlagdCore()

    def update(self, document: str) -> list[str]:
        """Loads a document; gives the keys of changed flags."""
        return self._core.set_flags_and_get_changed_keys(document)

    def ask(self, expected: Any) -> Any:
        """The call of somebody who expects such a value and falls back to another one."""
        core = self._core
        resolve, fallback = (core.resolve_boolean_value, expected is not True)
        if isinstance(expected, str):
            resolve, fallback = (core.resolve_string_value, "")

        def call(key: str, context: EvaluationContext) -> Any:
            try:
                return resolve(key, fallback, context)
            except OpenFeatureError as error:
                return error

        return call


def as_members(answer: Any) -> dict[str, Any]:
    """An answer by the names that scenarios use."""
    if isinstance(answer, OpenFeatureError):
        return {"reason": "ERROR", "errorCode": str(answer.error_code.value)}
    code = answer.error_code
    members = {"value": answer.value, "variant": answer.variant, "reason": str(answer.reason.value)}
    return {**members, "errorCode": code and str(code.value)}
