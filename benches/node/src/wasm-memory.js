// Views of a module's memory, and a region of it that the host writes its inputs to.

export class WasmMemory {
  constructor({ memory, alloc, dealloc }) {
    this.memory = memory;
    this.alloc = alloc;
    this.dealloc = dealloc;
    this.start = 0;
    this.capacity = 0;
    this.reserve(4096);
  }

  // The views of a memory that grew are detached, and a detached view has no length: cheaper to ask than
  // whether `memory.buffer` is still the same object.
  refresh() {
    if (this.bytes.length === 0) this.#view();
  }

  /** Makes the input region at least this long; what it held is lost. */
  reserve(length) {
    if (length > this.capacity) {
      const capacity = Math.max(length, 2 * this.capacity);
      if (this.capacity > 0) this.dealloc(this.start, this.capacity);
      this.start = this.alloc(capacity) >>> 0;
      if (this.start === 0) throw new Error(`the module has no ${capacity} bytes left for its input`);
      this.capacity = capacity;
      this.#view();
    }
    this.refresh();
  }

  #view() {
    const { buffer } = this.memory;
    this.bytes = Buffer.from(buffer);
    this.words = new Uint32Array(buffer);
    this.input = new Uint8Array(buffer, this.start, this.capacity);
    this.numbers = new DataView(buffer, this.start, this.capacity);
  }
}
