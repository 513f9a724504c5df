import assert from 'node:assert/strict';
import { test } from 'node:test';

import { makeSlot, writeSlots } from '../src/slots.js';
import { WasmMemory } from '../src/wasm-memory.js';

const FIRST_PLACE = 64;

/** Memory whose `alloc` gives one place after the other, and grows when there is no more. */
function makeMemory() {
  const memory = new WebAssembly.Memory({ initial: 1 });
  let next = FIRST_PLACE;
  const alloc = (length) => {
    const start = next;
    next += length;
    const missing = next - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / 65536));
    return start;
  };
  return new WasmMemory({ memory, alloc, dealloc: () => {} });
}

/** Reads entries as the contract of `evaluate_slots` says. */
function read(bytes) {
  const view = Buffer.from(bytes);
  const entries = [];
  let at = 0;
  const text = () => {
    const length = view.readUInt32LE(at);
    at += 4 + length;
    return view.toString('utf8', at - length, at);
  };
  const eight = (value) => {
    at += 8;
    return value;
  };
  const readers = [
    () => null,
    () => false,
    () => true,
    () => eight(view.readBigInt64LE(at)),
    () => eight(view.readDoubleLE(at)),
    text,
    () => ({ json: text() }),
  ];
  while (at < view.length) {
    const number = view.readUInt16LE(at);
    const tag = view[at + 2];
    at += 3;
    entries.push([number, tag, readers[tag]()]);
  }
  return entries;
}

function written(slots, context, memory = makeMemory()) {
  const length = writeSlots(slots, context, memory);
  return read(memory.input.slice(0, length));
}

const one = (value) => written([makeSlot(7, ['a'])], { a: value });

test('scalars have a tag each', () => {
  assert.deepEqual(one(null), [[7, 0, null]]);
  assert.deepEqual(one(false), [[7, 1, false]]);
  assert.deepEqual(one(true), [[7, 2, true]]);
  assert.deepEqual(one('text'), [[7, 5, 'text']]);
});

test('integers are integers as far as 64 bits reach', () => {
  const integers = [0, 1, -1, 255, 2 ** 31, -(2 ** 31), 2 ** 32, 2 ** 53, -(2 ** 53) - 2, 2 ** 62, -(2 ** 62)];
  for (const value of integers) assert.deepEqual(one(value), [[7, 3, BigInt(value)]]);
});

test('a minus before zero is lost, as in JSON', () => {
  assert.deepEqual(one(-0), [[7, 3, 0n]]);
});

test('other numbers are doubles', () => {
  for (const value of [0.5, -1.25, 1e300, 2 ** 63, -(2 ** 64), Number.MIN_VALUE]) {
    assert.deepEqual(one(value), [[7, 4, value]]);
  }
});

test('numbers that JSON does not have are null', () => {
  for (const value of [NaN, Infinity, -Infinity]) assert.deepEqual(one(value), [[7, 0, null]]);
});

test('texts of every length and script arrive', () => {
  for (const piece of ['a', 'é', '漢', '🚩', 'aé漢🚩']) {
    for (const count of [0, 1, 7, 8, 31, 32, 33, 1000]) {
      const text = piece.repeat(count);
      assert.deepEqual(one(text), [[7, 5, text]]);
    }
  }
});

test('arrays, objects and what turns into JSON are JSON', () => {
  assert.deepEqual(one([1, 'b']), [[7, 6, { json: '[1,"b"]' }]]);
  assert.deepEqual(one({ b: null }), [[7, 6, { json: '{"b":null}' }]]);
  assert.deepEqual(one(new Date(0)), [[7, 6, { json: '"1970-01-01T00:00:00.000Z"' }]]);
});

test('what a context lacks is not sent', () => {
  assert.deepEqual(written([makeSlot(0, ['a']), makeSlot(1, ['b']), makeSlot(2, ['c'])], { b: 'here' }), [[1, 5, 'here']]);
  for (const value of [undefined, () => 1, Symbol('s')]) assert.deepEqual(one(value), []);
});

test('names that every object inherits are absent until the context has them', () => {
  const slots = [makeSlot(0, ['constructor']), makeSlot(1, ['toString', 'name']), makeSlot(2, ['a', 'valueOf'])];
  assert.deepEqual(written(slots, { a: {} }), []);
  assert.deepEqual(written(slots, { constructor: 'mine', a: { valueOf: true } }), [[0, 5, 'mine'], [2, 2, true]]);
});

test('paths lead through objects and arrays', () => {
  const slots = [['app', 'version'], ['list', '1'], ['list', 'length'], ['text', '0'], ['app', 'version', 'x']].map(
    (path, number) => makeSlot(number, path),
  );
  const context = { app: { version: '2.1.0' }, list: ['a', 'b'], text: 'text' };
  assert.deepEqual(written(slots, context), [[0, 5, '2.1.0'], [1, 5, 'b']]);
});

test('numbers of slots take two bytes', () => {
  assert.deepEqual(written([makeSlot(0xabcd, ['a'])], { a: true }), [[0xabcd, 2, true]]);
});

test('a region that is too small grows and keeps what was written', () => {
  const slots = ['a', 'b', 'c', 'd'].map((name, number) => makeSlot(number, [name]));
  const context = { a: 'first', b: 'x'.repeat(5000), c: 'é'.repeat(100_000), d: 4 };
  const expected = [[0, 5, 'first'], [1, 5, context.b], [2, 5, context.c], [3, 3, 4n]];
  assert.deepEqual(written(slots, context), expected);
});

test('views of a memory that grew are made again', () => {
  const memory = makeMemory();
  memory.memory.grow(1);
  assert.deepEqual(written([makeSlot(0, ['a'])], { a: 'text' }, memory), [[0, 5, 'text']]);
});
