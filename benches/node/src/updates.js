// Updates: what precedes one, and whether it changed what its kind says.

const CHANGES = { first: ({ flagCount }) => flagCount, unchanged: () => 0, 'one-changed': () => 1 };

/** A probe that makes one update of the scenario's kind each time it runs. */
export function updateProbe({ column, forget, load }, scenario, flags, other = flags) {
  const expected = CHANGES[scenario.kind](scenario);
  const first = scenario.kind === 'first';
  let current = other;
  if (!first) load(current);
  return {
    column,
    prepare() {
      if (first) forget();
      current = current === flags ? other : flags;
    },
    run() {
      const { length } = load(current);
      if (length !== expected) throw new Error(`${scenario.id}: ${column.subject} changed ${length} flags, not ${expected}`);
    },
  };
}
