// What a host of a flag module does whatever the module: inputs in, results out.

import { readFileSync } from 'node:fs';

import { mostBytes, writeText } from './text.js';
import { WasmMemory } from './wasm-memory.js';

/** Instances of one module. */
export function compile(file) {
  const module = new WebAssembly.Module(readFileSync(file));
  return () => new WebAssembly.Instance(module).exports;
}

export class ModuleHost {
  constructor(exports) {
    this.exports = exports;
    this.memory = new WasmMemory(exports);
    this.out = Buffer.alloc(4096);
    // Where the last result lies.
    this.at = 0;
    this.length = 0;
    this.word = new BigInt64Array(1);
    this.halves = new Uint32Array(this.word.buffer);
  }

  /** Loads a document; gives the module's report. */
  update(text) {
    const { memory } = this;
    memory.reserve(Buffer.byteLength(text));
    const length = writeText(text, memory.input, 0);
    const report = this.parsed(this.exports.update_state(memory.start, length));
    if (!report.success) throw new Error(report.error);
    return report;
  }

  /** Writes a context and the key behind it; gives the length of the context. */
  writeBytes(key, context) {
    const { memory } = this;
    memory.reserve(context.length + mostBytes(key));
    memory.input.set(context);
    this.keyLength = writeText(key, memory.input, context.length);
    return context.length;
  }

  writeJson(key, context) {
    const { memory } = this;
    const json = JSON.stringify(context);
    memory.reserve(mostBytes(json) + mostBytes(key));
    const length = writeText(json, memory.input, 0);
    this.keyLength = writeText(key, memory.input, length);
    return length;
  }

  /** Takes a packed place; an array splits it for less than arithmetic on `BigInt` does. */
  place(word) {
    this.word[0] = word;
    this.length = this.halves[0];
    this.at = this.halves[1];
    this.memory.refresh();
  }

  /** Copies the last result into `out`; gives its length. */
  copyOut() {
    const { at, length } = this;
    if (length > this.out.length) this.out = Buffer.alloc(2 * length);
    this.out.set(this.memory.bytes.subarray(at, at + length));
    return length;
  }

  /** The answer that `copyOut` copied. */
  copied(length) {
    return JSON.parse(this.out.toString('utf8', 0, length));
  }

  text() {
    return this.memory.bytes.toString('utf8', this.at, this.at + this.length);
  }

  parsed(word) {
    this.place(word);
    return JSON.parse(this.text());
  }
}
