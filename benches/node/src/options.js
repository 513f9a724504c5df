import { parseArgs } from 'node:util';

const HELP = `usage: run --work DIR --wasm FILE --out FILE [--peer-wasm FILE] [--rounds N] [--quick]

  --work DIR        scenarios that burgee-bench-work made
  --wasm FILE       burgee.wasm
  --peer-wasm FILE  the module of burgee-bench-peer-wasm; without it that peer is left out
  --out FILE        where the results go, one JSON object a line
  --rounds N        rounds of each scenario (15)
  --quick           3 short rounds, to see that all works`;

const OPTIONS = {
  work: { type: 'string' },
  wasm: { type: 'string' },
  'peer-wasm': { type: 'string' },
  out: { type: 'string' },
  rounds: { type: 'string' },
  quick: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
};

/** The options of this run; `undefined` when only help was asked for. */
export function readOptions(args) {
  const { values } = parseArgs({ args, options: OPTIONS });
  if (values.help) {
    console.log(HELP);
    return undefined;
  }
  for (const name of ['work', 'wasm', 'out']) {
    if (values[name] === undefined) throw new Error(`--${name} is missing; --help lists the options`);
  }
  const rounds = Number(values.rounds ?? (values.quick ? 3 : 15));
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--rounds takes a number from 1, not \`${values.rounds}\``);
  return {
    ...values,
    peerWasm: values['peer-wasm'],
    rounds,
    batchMs: values.quick ? 2 : 10,
    warmMs: values.quick ? 20 : 300,
  };
}
