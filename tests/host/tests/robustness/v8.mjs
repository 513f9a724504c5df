// Makes the calls it reads, each case in an instance of its own, and prints the answers. With a number of repetitions
// it prints how many nanoseconds the last call of each case took at least instead.
import { readFileSync } from "node:fs";

const [path, repeat] = process.argv.slice(2);
const program = new WebAssembly.Module(readFileSync(path));
const decoder = new TextDecoder();

function lend(exports, input) {
  const address = exports.alloc(input.length);
  if (address === 0) throw new Error(`there is no memory for ${input.length} bytes`);
  const place = new Uint8Array(exports.memory.buffer, address, input.length).fill(0x20);
  place.set(Buffer.from(input.text ?? input.bytes));
  return [address, input.length];
}

function read(exports, word) {
  return decoder.decode(new Uint8Array(exports.memory.buffer, Number(word >> 32n), Number(word & 0xffffffffn)));
}

function answer(exports, call) {
  const lent = call.inputs.map((input) => lend(exports, input));
  const begin = process.hrtime.bigint();
  const result = exports[call.export](...call.numbers, ...lent.flat());
  const time = Number(process.hrtime.bigint() - begin);
  const text = call.text ? read(exports, BigInt.asUintN(64, result)) : String(result >>> 0);
  for (const [address, length] of lent) exports.dealloc(address, length);
  return { text, time };
}

function play({ calls }) {
  const { exports } = new WebAssembly.Instance(program);
  const answers = calls.map((call) => answer(exports, call).text);
  if (Number(repeat) === 0) return answers;
  const times = Array.from({ length: Number(repeat) }, () => answer(exports, calls.at(-1)).time);
  return Math.min(...times);
}

process.stdout.write(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(play)));
