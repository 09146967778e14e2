const MAX_LENGTH = 300;
const UNPRINTABLE = /[^\x20-\x7e]/g;

/** A program's name as it calls itself: anything may stand in it, so it is cut to what can be shown. */
export function toUserAgent(raw: string): string | undefined {
  const text = raw.slice(0, MAX_LENGTH).replace(UNPRINTABLE, '').trim();
  return text === '' ? undefined : text;
}
