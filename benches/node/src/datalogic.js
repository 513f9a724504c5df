// A host of the module that does the same with datalogic-rs 4 and serde_json.

import { ModuleHost } from './module-host.js';

export class DatalogicHost extends ModuleHost {
  constructor(exports) {
    super(exports);
    this.evaluate = exports.evaluate;
  }

  answerBytes(key, context) {
    const { memory } = this;
    const length = this.writeBytes(key, context);
    const { start } = memory;
    this.place(this.evaluate(start + length, this.keyLength, start, length));
    return this.copyOut();
  }

  allBytes(context) {
    const length = this.writeBytes('', context);
    this.place(this.exports.evaluate_all(this.memory.start, length));
    return this.copyOut();
  }
}
