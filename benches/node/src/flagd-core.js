// flagd's in-process evaluator for JavaScript, as a provider calls it.

import { FlagdCore } from '@openfeature/flagd-core';

const nothing = () => {};
const LOGGER = { error: nothing, warn: nothing, info: nothing, debug: nothing };

export function makeCore() {
  return new FlagdCore(undefined, LOGGER);
}

/** How a caller asks who expects such a value and falls back to another one. */
export function question(value) {
  return typeof value === 'string' ? { asString: true, fallback: '' } : { asString: false, fallback: value !== true };
}
