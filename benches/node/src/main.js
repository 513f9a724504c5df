// Measures burgee and its peers in V8; `--help` tells how.

import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

import { readOptions } from './options.js';
import { Scenarios } from './scenarios.js';
import { makeSubjects } from './subjects.js';

try {
  const options = readOptions(process.argv.slice(2));
  if (options !== undefined) measure(options);
} catch (error) {
  console.error(`error: ${error.message}`);
  process.exitCode = 1;
}

function measure(options) {
  mkdirSync(dirname(options.out), { recursive: true });
  const out = openSync(options.out, 'w');
  const write = (line) => writeSync(out, `${JSON.stringify(line)}\n`);
  new Scenarios(makeSubjects(options), options, write).run();
  closeSync(out);
}
