// Interleaved rounds: each takes every probe once, in an order that the round rotates.

import { median, quantile } from 'simple-statistics';

/** Times of probes that run n times at once: lists of nanoseconds per run. */
export function timeBatches(probes, { rounds, batchMs, warmMs }) {
  const sizes = probes.map((probe) => {
    warm(probe, warmMs);
    return calibrate(probe, batchMs);
  });
  return inTurns(probes, rounds, (probe, index) => (batch(probe, sizes[index]) * 1e6) / sizes[index]);
}

/** Times of probes that need a preparation before each run. */
export function timeSingles(probes, rounds) {
  for (const probe of probes) single(probe);
  return inTurns(probes, rounds, (probe) => single(probe) * 1e6);
}

/** What a result line says of a list of times. */
export function summary(times) {
  return {
    unit: 'ns',
    median: rounded(median(times)),
    low: rounded(quantile(times, 0.1)),
    high: rounded(quantile(times, 0.9)),
    rounds: times.length,
  };
}

const rounded = (time) => Math.round(time * 10) / 10;

function inTurns(probes, rounds, time) {
  const times = probes.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < probes.length; turn++) {
      const index = (round + turn) % probes.length;
      times[index].push(time(probes[index], index));
    }
  }
  return times;
}

function batch(probe, size) {
  const begin = performance.now();
  probe.run(size);
  return performance.now() - begin;
}

function single(probe) {
  probe.prepare();
  // Garbage of the preparation, or of another probe, is not this one's.
  globalThis.gc();
  const begin = performance.now();
  probe.run();
  return performance.now() - begin;
}

function warm(probe, warmMs) {
  const end = performance.now() + warmMs;
  let size = 1;
  while (performance.now() < end) {
    if (batch(probe, size) < 1) size *= 2;
  }
}

function calibrate(probe, batchMs) {
  let size = 1;
  for (;;) {
    const took = batch(probe, size);
    if (took >= batchMs) return size;
    size = took > batchMs / 10 ? Math.ceil((size * batchMs * 1.1) / took) : size * 2;
  }
}
