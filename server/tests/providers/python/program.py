"""Evaluates flags through the published provider for Python: `program.py URL KEY`. Each line that is read is a context as
JSON, and is answered by a line with what each flag is."""

import json
import sys

from openfeature import api
from openfeature.contrib.provider.ofrep import OFREPProvider
from openfeature.evaluation_context import EvaluationContext


def short(details):
    return {
        "value": details.value,
        "variant": details.variant,
        "reason": details.reason,
        "errorCode": details.error_code,
        "owner": details.flag_metadata.get("owner"),
    }


url, key = sys.argv[1:]
api.set_provider(OFREPProvider(url, headers_factory=lambda: {"X-API-Key": key}))
client = api.get_client()
for line in sys.stdin:
    attributes = json.loads(line)
    context = EvaluationContext(attributes.pop("targetingKey", None), attributes)
    flags = {
        "switch": client.get_boolean_details("switch", False, context),
        "text": client.get_string_details("text", "none", context),
        "integer": client.get_integer_details("integer", -1, context),
        "float": client.get_float_details("float", -1.0, context),
        "object": client.get_object_details("object", {}, context),
        "disabled": client.get_boolean_details("disabled", True, context),
        "missing": client.get_boolean_details("missing", True, context),
        "a/b": client.get_boolean_details("a/b", False, context),
    }
    print(json.dumps({key: short(details) for key, details in flags.items()}), flush=True)
