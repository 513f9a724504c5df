// Whether answers are what the scenario expects.

import { isDeepStrictEqual } from 'node:util';

/** What is wrong with an answer, in words; `undefined` if it is right. */
export function wrong(answer, expect) {
  const parts = ['variant', 'reason', 'errorCode'];
  // A flag without a value has the caller's, which differs from host to host.
  if ('value' in expect) parts.push('value');
  const differs = parts.some((part) => !isDeepStrictEqual(answer[part], expect[part]));
  return differs ? `answers ${show(answer)}, not ${show(expect)}` : undefined;
}

/** The same for a list of answers by key; flags without a value may be missing in it. */
export function wrongList(answers, expected) {
  const byKey = new Map(answers.map((answer) => [answer.key ?? answer.flagKey, answer]));
  for (const expect of expected) {
    const answer = byKey.get(expect.key);
    if (answer === undefined && !('value' in expect)) continue;
    if (answer === undefined) return `has no answer for \`${expect.key}\``;
    const problem = wrong(answer, expect);
    if (problem !== undefined) return `\`${expect.key}\` ${problem}`;
  }
  return undefined;
}

function show({ value, variant, reason, errorCode }) {
  return JSON.stringify({ value, variant, reason, errorCode });
}
