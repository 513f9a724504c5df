// The scenarios of a work folder: each is checked and timed, and gives lines for the results.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { wrong, wrongList } from './check.js';
import { summary, timeBatches, timeSingles } from './measure.js';
import { updateProbe } from './updates.js';

export class Scenarios {
  constructor(subjects, options, write) {
    this.subjects = subjects;
    this.options = options;
    this.write = write;
    this.loaded = undefined;
    // Subjects that refuse the loaded document, and why.
    this.refused = new Map();
  }

  run() {
    const { evaluations, bulk, updates } = JSON.parse(this.#read('index.json'));
    for (const scenario of evaluations) this.#evaluate(scenario);
    for (const scenario of bulk) this.#evaluateAll(scenario);
    for (const subject of this.subjects) subject.unload();
    for (const scenario of updates) this.#update(scenario);
  }

  #evaluate(scenario) {
    this.#load(scenario.flags);
    const ready = { ...scenario, ...this.#context(scenario) };
    const probes = this.#probes(ready, (subject) => subject.evaluations(ready), (answer) => wrong(answer, scenario.expect));
    this.#time(scenario, probes, timeBatches(probes, this.options));
  }

  #evaluateAll(scenario) {
    this.#load(scenario.flags);
    const context = this.#context(scenario);
    const expected = this.subjects[0].host.allJson(context.context);
    if (expected.length !== scenario.count) throw new Error(`${scenario.id}: ${expected.length} answers, not ${scenario.count}`);
    const probes = this.#probes(scenario, (subject) => subject.bulk(context), (answers) => wrongList(answers, expected));
    this.#time(scenario, probes, timeBatches(probes, this.options));
  }

  #update(scenario) {
    const flags = this.#read(scenario.flags);
    const other = scenario.other === undefined ? undefined : this.#read(scenario.other);
    const updaters = this.subjects.flatMap((subject) => subject.updater?.() ?? []);
    const probes = updaters.map((updater) => updateProbe(updater, scenario, flags, other));
    this.#time(scenario, probes, timeSingles(probes, this.options.rounds));
  }

  #load(name) {
    if (name === this.loaded) return;
    const text = this.#read(name);
    this.refused.clear();
    for (const subject of this.subjects) {
      try {
        subject.load(text);
      } catch (error) {
        if (subject.ours) throw error;
        this.refused.set(subject, error.message);
      }
    }
    this.loaded = name;
  }

  #context({ context }) {
    const text = this.#read(context);
    return { context: JSON.parse(text), bytes: new TextEncoder().encode(text) };
  }

  /** The probes that answer rightly; for the others a line says why they are left out. */
  #probes({ id }, make, problemOf) {
    const leaveOut = ({ column }, reason) => this.write({ ...column, scenario: id, left_out: reason });
    return this.subjects.flatMap((subject) => {
      if (this.refused.has(subject)) {
        for (const column of subject.columns?.() ?? []) leaveOut({ column }, this.refused.get(subject));
        return [];
      }
      return make(subject).filter((probe) => {
        const problem = problemOf(probe.answer());
        if (problem === undefined) return true;
        if (subject.ours) throw new Error(`${id}: burgee, ${probe.column.way}, ${problem}`);
        leaveOut(probe, problem);
        return false;
      });
    });
  }

  #time({ id }, probes, times) {
    const figures = times.map(summary);
    probes.forEach(({ column }, index) => this.write({ ...column, scenario: id, ...figures[index] }));
    const shown = probes.map(({ column }, index) => `${column.subject} ${column.way} ${figures[index].median} ns`);
    console.error(`${id}: ${shown.join(', ')}`);
  }

  #read(name) {
    return readFileSync(join(this.options.work, name), 'utf8');
  }
}
