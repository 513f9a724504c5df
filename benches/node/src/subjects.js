// Who is measured. A subject loads a document and gives probes; a probe knows its column in the results, what it answers
// (`answer`) and how to do it n times (`run`).

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';

import { BurgeeHost } from './burgee.js';
import { DatalogicHost } from './datalogic.js';
import { makeCore, question } from './flagd-core.js';
import { compile } from './module-host.js';

// Results go here, so that no compiler may leave work out.
export let sink;

const require = createRequire(import.meta.url);
const versionOf = (name) => require(`${name}/package.json`).version;
const NODE = `node ${process.versions.node}, V8 ${process.versions.v8}`;
const CORE = `${NODE}, @openfeature/flagd-core ${versionOf('@openfeature/flagd-core')}`;

const column = (subject, way, versions = NODE) => ({ runner: 'node', runtime: 'V8', subject, way, versions });

function probe(column, call, read = (answer) => answer) {
  const run = (n) => {
    for (let i = 0; i < n; i++) sink = call();
  };
  return { column, answer: () => read(call()), run };
}

export function makeSubjects({ wasm, peerWasm }) {
  const peer = peerWasm !== undefined && existsSync(peerWasm) ? new Datalogic(compile(peerWasm)) : new Absent();
  return [new Burgee(compile(wasm)), peer, new Core()];
}

class Burgee {
  ours = true;

  // One instance for all documents: a call that always has the same target is compiled better.
  constructor(instantiate) {
    this.instantiate = instantiate;
    this.host = new BurgeeHost(instantiate());
  }

  load(text) {
    this.host.update(text);
    this.host.describe();
  }

  unload() {
    this.host.exports.reset();
  }

  evaluations({ key, context, bytes }) {
    const { host } = this;
    return [
      probe(column('burgee', 'json-bytes'), () => host.answerBytes(key, bytes), (length) => host.copied(length)),
      probe(column('burgee', 'json'), () => host.answerJson(key, context)),
      probe(column('burgee', 'slots'), () => host.resolve(key, context)),
    ];
  }

  bulk({ context, bytes }) {
    const { host } = this;
    return [
      probe(column('burgee', 'json-bytes'), () => host.allBytes(bytes), (length) => host.copied(length).flags),
      probe(column('burgee', 'json'), () => host.allJson(context)),
      probe(column('burgee', 'slots'), () => host.allSlots(context)),
    ];
  }

  updater() {
    const host = new BurgeeHost(this.instantiate());
    return {
      column: column('burgee', 'update'),
      forget: () => host.exports.reset(),
      load: (text) => host.update(text).changedFlags,
    };
  }
}

class Datalogic {
  constructor(instantiate) {
    this.host = new DatalogicHost(instantiate());
  }

  load(text) {
    this.host.update(text);
  }

  unload() {
    this.host.update('{"flags":{}}');
  }

  evaluations({ key, bytes }) {
    const { host } = this;
    return [probe(DATALOGIC, () => host.answerBytes(key, bytes), (length) => host.copied(length))];
  }

  bulk({ bytes }) {
    const { host } = this;
    return [probe(DATALOGIC, () => host.allBytes(bytes), (length) => host.copied(length).flags)];
  }
}

const DATALOGIC = column('datalogic-rs 4', 'json-bytes');

/** Stands for a module that is not there. */
class Absent {
  load() {
    throw new Error('its module was not given');
  }

  unload() {}

  columns() {
    return [DATALOGIC];
  }
}

class Core {
  #core = makeCore();

  load(text) {
    this.unload();
    this.#core.setConfigurations(text);
  }

  /** Flags of a large document would burden every garbage collection that follows. */
  unload() {
    this.#core = makeCore();
  }

  evaluations({ key, context, expect }) {
    const core = this.#core;
    const { asString, fallback } = question(expect.value);
    const ask = asString
      ? () => core.resolveStringEvaluation(key, fallback, context)
      : () => core.resolveBooleanEvaluation(key, fallback, context);
    return [probe(column('flagd-core (js)', 'object', CORE), ask)];
  }

  bulk({ context }) {
    const core = this.#core;
    return [probe(column('flagd-core (js)', 'object', CORE), () => core.resolveAll(context))];
  }

  updater() {
    let core = makeCore();
    return {
      column: column('flagd-core (js)', 'update', CORE),
      forget: () => {
        core = makeCore();
      },
      load: (text) => core.setConfigurations(text),
    };
  }
}
