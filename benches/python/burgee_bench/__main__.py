"""`python -m burgee_bench --help` tells how."""

import argparse
import json
import sys
from pathlib import Path

from .measure import Effort
from .module import compile_module
from .scenarios import Scenarios


def main() -> int:
    """Measures everything; gives the exit code."""
    options = _options()
    rounds = options.rounds or (3 if options.quick else 15)
    effort = Effort(rounds, 2_000_000, 20_000_000) if options.quick else Effort(rounds, 10_000_000, 300_000_000)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    with options.out.open("w", encoding="utf-8") as out:
        scenarios = Scenarios(
            options.work, compile_module(options.wasm), effort, lambda line: print(json.dumps(line), file=out, flush=True)
        )
        try:
            scenarios.run()
        except RuntimeError as error:
            print(f"error: {error}", file=sys.stderr)
            return 1
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="run", description="Measures burgee and its peer in CPython.")
    parser.add_argument("--work", type=Path, required=True, help="scenarios that burgee-bench-work made")
    parser.add_argument("--wasm", type=Path, required=True, help="burgee.wasm")
    parser.add_argument("--peer-wasm", type=Path, help="not used here: the peer of this runner is in Python")
    parser.add_argument("--out", type=Path, required=True, help="where the results go, one JSON object a line")
    parser.add_argument("--rounds", type=int, help="rounds of each scenario (15)")
    parser.add_argument("--quick", action="store_true", help="3 short rounds, to see that all works")
    return parser.parse_args()


sys.exit(main())
