/**
 * Text that people type: trimmed, in Unicode normalisation form C, on one line.
 *
 * Refused are control characters (PostgreSQL cannot store U+0000), lone surrogates (they would be stored
 * as U+FFFD, so what was read back would not be what was written), line separators, and the bidirectional
 * controls with which one name can be made to look like another (Unicode TR 36, section 2.7).
 */
const FORBIDDEN = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u;
/** Only spaces and characters without a shape, such as U+200B. */
const INVISIBLE = /^[\p{Z}\p{Cf}]*$/u;

export type Text =
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'empty' }
  | { readonly kind: 'too-long' }
  | { readonly kind: 'forbidden-character' };

/** @param maxLength In code points, which is how PostgreSQL counts too. */
export function readText(raw: string, maxLength: number): Text {
  // A code point is at most two UTF-16 units and NFC shortens at most fourfold: do not normalise megabytes.
  if (raw.length > maxLength * 8 + 1_000) return { kind: 'too-long' };
  const value = raw.trim().normalize('NFC');
  if (FORBIDDEN.test(value)) return { kind: 'forbidden-character' };
  if (INVISIBLE.test(value)) return { kind: 'empty' };
  return lengthInCodePoints(value) > maxLength ? { kind: 'too-long' } : { kind: 'text', value };
}

export function lengthInCodePoints(value: string): number {
  return Array.from(value).length;
}
