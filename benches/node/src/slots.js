// Slots: the values that a flag reads, as bytes.

import { mostBytes, writeText } from './text.js';

const NULL = 0;
const FALSE = 1;
const TRUE = 2;
const INTEGER = 3;
const DOUBLE = 4;
const STRING = 5;
const JSON_TEXT = 6;

// slot: u16, tag: u8, and 8 bytes of payload; texts take more.
const ENTRY = 16;
const TWO_TO_32 = 2 ** 32;
const TWO_TO_63 = 2 ** 63;

const INDEX = /^\d+$/;

/** A slot number and its path, ready for `writeSlots`. */
export function makeSlot(number, path) {
  const [name, ...rest] = path;
  // Only such a name can be found on an object that has no member of that name.
  return { number, name, rest: rest.length > 0 ? rest : null, inherited: name in Object.prototype };
}

/** Writes the values of a flag's slots into the input region of a module; gives their length in bytes. */
export function writeSlots(slots, context, memory) {
  memory.refresh();
  let at = 0;
  for (let i = 0; i < slots.length; i++) {
    const slot = slots[i];
    const value = read(slot, context);
    if (value !== undefined) at = writeEntry(slot.number, value, memory, at);
  }
  return at;
}

function read(slot, context) {
  if (slot.inherited && !Object.hasOwn(context, slot.name)) return undefined;
  const value = context[slot.name];
  return slot.rest === null ? value : follow(value, slot.rest);
}

function follow(value, path) {
  for (const segment of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    if (Array.isArray(value)) {
      value = INDEX.test(segment) ? value[Number(segment)] : undefined;
    } else {
      value = Object.hasOwn(value, segment) ? value[segment] : undefined;
    }
  }
  return value;
}

function writeEntry(number, value, memory, at) {
  switch (typeof value) {
    case 'string':
      return writeTextEntry(number, STRING, value, memory, at);
    case 'number':
      return writeNumber(number, value, memory, at);
    case 'boolean':
      return writeHead(number, value ? TRUE : FALSE, room(memory, at, ENTRY), at);
    case 'object':
      if (value === null) return writeHead(number, NULL, room(memory, at, ENTRY), at);
  }
  // What JSON cannot say (a function, a symbol) is absent, as it would be in a context sent as JSON.
  const json = JSON.stringify(value);
  return json === undefined ? at : writeTextEntry(number, JSON_TEXT, json, memory, at);
}

function writeHead(number, tag, bytes, at) {
  bytes[at] = number;
  bytes[at + 1] = number >>> 8;
  bytes[at + 2] = tag;
  return at + 3;
}

function writeTextEntry(number, tag, text, memory, at) {
  const bytes = room(memory, at, ENTRY + mostBytes(text));
  const begin = writeHead(number, tag, bytes, at) + 4;
  const length = writeText(text, bytes, begin);
  memory.numbers.setUint32(begin - 4, length, true);
  return begin + length;
}

function writeNumber(number, value, memory, at) {
  const bytes = room(memory, at, ENTRY);
  // JSON has no such numbers: `JSON.stringify` writes null.
  if (!Number.isFinite(value)) return writeHead(number, NULL, bytes, at);
  if (Number.isInteger(value) && Math.abs(value) < TWO_TO_63) {
    const payload = writeHead(number, INTEGER, bytes, at);
    const high = Math.floor(value / TWO_TO_32);
    memory.numbers.setUint32(payload, value - high * TWO_TO_32, true);
    memory.numbers.setInt32(payload + 4, high, true);
    return payload + 8;
  }
  const payload = writeHead(number, DOUBLE, bytes, at);
  memory.numbers.setFloat64(payload, value, true);
  return payload + 8;
}

/** The input region with room for `length` more bytes, and what was written so far. */
function room(memory, at, length) {
  if (at + length > memory.capacity) grow(memory, at, length);
  return memory.input;
}

function grow(memory, at, length) {
  const kept = memory.input.slice(0, at);
  memory.reserve(at + length);
  memory.input.set(kept);
}
