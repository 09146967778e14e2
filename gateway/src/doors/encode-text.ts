/** Room for texts of whole answers; longer ones are rare. */
const scratch = Buffer.allocUnsafeSlow(512 * 1024);
/** UTF-8 needs no more for a UTF-16 unit. */
const MOST_BYTES_OF_A_UNIT = 3;

/** A text in UTF-8. Node.js measures it first, which takes as long as encoding it: where there is room, that is not needed. */
export function encodeText(text: string): Buffer {
  if (text.length * MOST_BYTES_OF_A_UNIT > scratch.length) return Buffer.from(text);
  const length = scratch.write(text);
  const bytes = Buffer.allocUnsafe(length);
  scratch.copy(bytes, 0, 0, length);
  return bytes;
}
