// A host of burgee.wasm: JSON and slots.

import { ModuleHost } from './module-host.js';
import { makeSlot, writeSlots } from './slots.js';

const REASONS = ['STATIC', 'DEFAULT', 'TARGETING_MATCH', 'DISABLED', 'ERROR'];
const CODES = [undefined, 'FLAG_NOT_FOUND', 'PARSE_ERROR', 'TYPE_MISMATCH', 'GENERAL', 'STALE'];
const NO_VARIANT = 0xffff;
const ABI_VERSION = 1;

export class BurgeeHost extends ModuleHost {
  constructor(exports) {
    const version = exports.abi_version();
    if (version !== ABI_VERSION) throw new Error(`the module speaks version ${version} of its contract, not ${ABI_VERSION}`);
    super(exports);
    this.evaluateRef = exports.evaluate_ref;
    this.evaluateSlots = exports.evaluate_slots;
    this.generation = 0;
    this.flags = new Map();
    this.flagSetMetadata = {};
  }

  /** Reads what `resolve` needs of the flags; to be called after an update. */
  describe() {
    const { generation, slots, flags } = this.parsed(this.exports.describe_state());
    const ready = slots.map((path, number) => makeSlot(number, path));
    const entries = flags.map((flag) => [flag.key, { ...flag, slots: flag.slots.map((number) => ready[number]) }]);
    this.generation = generation;
    this.flags = new Map(entries);
  }

  /** JSON bytes in, JSON bytes in `out`. */
  answerBytes(key, context) {
    this.#evaluate(this.writeBytes(key, context));
    return this.copyOut();
  }

  /** Object in, object out, JSON in between. */
  answerJson(key, context) {
    this.#evaluate(this.writeJson(key, context));
    return JSON.parse(this.text());
  }

  /** Object in, object out, and no JSON. */
  resolve(key, context) {
    const flag = this.flags.get(key);
    if (flag === undefined) return failure('FLAG_NOT_FOUND', `flag \`${key}\` not found`, this.flagSetMetadata);
    if (flag.wholeContext) return this.answerJson(key, context);
    const { memory } = this;
    const length = writeSlots(flag.slots, context, memory);
    const word = this.evaluateSlots(flag.index, this.generation, memory.start, length);
    if (word >>> 20 !== 0) return failure(CODES[word >>> 20], this.#lastError(), flag.metadata);
    const reason = REASONS[word >>> 16];
    const index = word & NO_VARIANT;
    if (index === NO_VARIANT) return { value: undefined, variant: undefined, reason, flagMetadata: flag.metadata };
    const variant = flag.variants[index];
    return { value: variant.value, variant: variant.name, reason, flagMetadata: flag.metadata };
  }

  allBytes(context) {
    const length = this.writeBytes('', context);
    this.place(this.exports.evaluate_all(this.memory.start, length));
    return this.copyOut();
  }

  allJson(context) {
    const length = this.writeJson('', context);
    return this.parsed(this.exports.evaluate_all(this.memory.start, length)).flags;
  }

  allSlots(context) {
    const answers = [];
    for (const key of this.flags.keys()) answers.push({ key, ...this.resolve(key, context) });
    return answers;
  }

  #evaluate(length) {
    const { memory } = this;
    const { start } = memory;
    const record = this.evaluateRef(start + length, this.keyLength, start, length) >>> 2;
    memory.refresh();
    this.at = memory.words[record];
    this.length = memory.words[record + 1];
  }

  #lastError() {
    return this.parsed(this.exports.last_error()).errorMessage;
  }
}

function failure(errorCode, errorMessage, flagMetadata) {
  return { value: undefined, variant: undefined, reason: 'ERROR', flagMetadata, errorCode, errorMessage };
}
