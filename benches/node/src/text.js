// Text into bytes.

const encoder = new TextEncoder();

// Up to here a loop over the characters is faster than a call of `encodeInto`.
const SHORT = 32;

/** The most bytes that a text can take as UTF-8. */
export const mostBytes = (text) => 3 * text.length;

/**
 * Writes a text as UTF-8 to a place that has room for it, and gives its length in bytes.
 * `bytes` is a whole view, because a `subarray` costs as much as encoding a short text.
 */
export function writeText(text, bytes, at) {
  const { length } = text;
  if (length > SHORT) return encode(text, bytes, at);
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 0x7f) return encode(text, bytes, at);
    bytes[at + i] = unit;
  }
  return length;
}

function encode(text, bytes, at) {
  return encoder.encodeInto(text, at === 0 ? bytes : bytes.subarray(at)).written;
}
