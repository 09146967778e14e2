/** As V8 lays them out on 64 bits; arrays that grew have room for sixteen more. */
const OBJECT_BYTES = 24;
const FIELD_BYTES = 8;
const STRING_BYTES = 24;
const ARRAY_BYTES = 32;
const GROWN_ARRAY_BYTES = 160;
const COLLECTION_BYTES = 200;
const MEMBER_BYTES = 40;
/** With its stack. */
const ERROR_BYTES = 1_000;

const BEYOND_LATIN_1 = /[^\0-\xff]/;

export const textBytes = (text: string): number =>
  STRING_BYTES + text.length * (BEYOND_LATIN_1.test(text) ? 2 : 1);

/** About how many bytes of memory plain data takes; what functions hold is not seen. */
export function retainedBytes(root: unknown): number {
  const seen = new Set<object>();
  const waiting: unknown[] = [root];
  let bytes = 0;
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (typeof value === 'string') bytes += textBytes(value);
    if (typeof value !== 'object' || value === null || seen.has(value)) continue;
    seen.add(value);
    if (Array.isArray(value)) {
      bytes += ARRAY_BYTES + (value.length === 0 ? 0 : GROWN_ARRAY_BYTES + FIELD_BYTES * value.length);
      for (const item of value) waiting.push(item);
    } else if (value instanceof Map) {
      bytes += COLLECTION_BYTES + MEMBER_BYTES * value.size;
      for (const [key, item] of value) waiting.push(key, item);
    } else if (value instanceof Set) {
      bytes += COLLECTION_BYTES + MEMBER_BYTES * value.size;
      for (const item of value) waiting.push(item);
    } else {
      // The names of properties are there once, for all objects.
      const members: unknown[] = Object.values(value);
      bytes += OBJECT_BYTES + FIELD_BYTES * members.length + (value instanceof Error ? ERROR_BYTES : 0);
      for (const member of members) waiting.push(member);
    }
  }
  return bytes;
}
