/**
 * What makes one request differ from the next: a word of fixed length, so that lengths in headers stay true
 * when one marker takes another's place. The load generator counts the digits up.
 */
const PREFIX = 'unique-';
const DIGITS = 12;

export const MARKER_LENGTH = PREFIX.length + DIGITS;

/** Stands in templates where a request's marker goes. */
export const MARKER = markerOf(0);

export function markerOf(number: number): string {
  return PREFIX + String(number).padStart(DIGITS, '0');
}

/** The marker in a text, if there is one. */
export function findMarker(text: string): string | undefined {
  const start = text.indexOf(PREFIX);
  return start === -1 ? undefined : text.slice(start, start + MARKER_LENGTH);
}
