/**
 * JSON whose numbers survive: `9007199254740993`, `1e400` and `0.1000000000000000055` are themselves in the
 * answer, though no JavaScript number holds them. Such a number is carried as an object with one key that
 * nobody outside this process can know.
 */
import { randomUUID } from 'node:crypto';
import { isJsonObject, type JsonObject } from './own.ts';

const MARK = `number:${randomUUID()}`;

/** Sixteen digits or an exponent: fifteen significant digits always survive. What stands in a text only costs time. */
const MAY_LOSE_DIGITS = /[\s:,[]-?(?:\d[\d.]{15,}|\d+(?:\.\d+)?[eE])/;
const LONG = 16;
const EXPONENT = /\d[eE][-+\d]/;
/** A string that never ends is one, too: each that was tried for nothing, and the next at its first quote, would take forever. */
const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"?|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const MARKED = new RegExp(`\\{"${MARK}":"([^"]*)"\\}`, 'g');

/** @throws SyntaxError for what is not JSON. */
export function parseJson(text: string): unknown {
  const isSafe = !holdsLongRun(text) && !EXPONENT.test(text);
  return JSON.parse(isSafe || !MAY_LOSE_DIGITS.test(text) ? text : text.replace(TOKENS, markNumber));
}

/** Whether so many digits and points stand side by side. One of any that do stands at a multiple of their number. */
function holdsLongRun(text: string): boolean {
  for (let at = LONG - 1; at < text.length; at += LONG) {
    if (!isDigitOrPoint(text, at)) continue;
    let first = at;
    let last = at;
    while (isDigitOrPoint(text, first - 1)) first -= 1;
    while (isDigitOrPoint(text, last + 1)) last += 1;
    if (last - first + 1 >= LONG) return true;
  }
  return false;
}

/** Between the point and `9` there is but the slash. */
const isDigitOrPoint = (text: string, at: number): boolean => {
  const code = text.charCodeAt(at);
  return code >= 0x2e && code <= 0x39 && code !== 0x2f;
};

const markNumber = (token: string): string =>
  token.startsWith('"') || (token.length < 16 && !/[eE]/.test(token)) || String(Number(token)) === token
    ? token
    : `{"${MARK}":"${token}"}`;

/** JSON text of what `parseJson` made, or of any other JSON value. */
export function writeJson(value: unknown): string {
  if (typeof value === 'string') return quote(value);
  const text = JSON.stringify(value);
  return typeof value === 'object' && text.includes(MARK) ? text.replace(MARKED, '$1') : text;
}

/** The digits of a number that JavaScript cannot hold; undefined for any other value. */
export function exactDigits(value: unknown): string | undefined {
  const digits = isJsonObject(value) && Object.hasOwn(value, MARK) ? value[MARK] : undefined;
  return typeof digits === 'string' ? digits : undefined;
}

const holdsMark = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (Object.hasOwn(value, MARK) || Object.values(value).some(holdsMark));

/** The same values as JavaScript has them, the nearest number for one it cannot hold. */
export function toPlainJson(value: JsonObject): JsonObject {
  return holdsMark(value) ? (JSON.parse(writeJson(value)) as JsonObject) : value;
}

// eslint-disable-next-line no-control-regex -- JSON escapes control characters, the quote and the backslash; lone surrogates too.
const NEEDS_ESCAPE = /["\\\u0000-\u001f\ud800-\udfff]/;
const SHORT = 64;

/** JSON text of a string. */
export type Quote = (text: string) => string;

/** Most are short and plain: telling that is cheaper than a call into the runtime. */
export const quote: Quote = (text) =>
  text.length < SHORT && !NEEDS_ESCAPE.test(text) ? `"${text}"` : JSON.stringify(text);

/**
 * What the strings of a JSON document hold beside plain ASCII, in bits. Most hold nothing else, nearly all no escapes but
 * short ones: looking for five characters in a long text is a fraction of the price of looking at every one of it, and
 * what is all ASCII is encoded by copying it.
 */
export const StringTraits = { Plain: 0, ShortEscapes: 1, LongEscapes: 2, BeyondAscii: 4, Any: 7 } as const;
export type StringTraits = number;

/**
 * @param text A JSON document.
 * @param isAscii Whether all of the text is.
 */
export const stringTraitsOf = (text: string, isAscii: boolean): StringTraits =>
  (isAscii ? StringTraits.Plain : StringTraits.BeyondAscii) |
  (!text.includes('\\')
    ? StringTraits.Plain
    : text.includes('\\u') || text.includes('\\b') || text.includes('\\f')
      ? StringTraits.LongEscapes
      : StringTraits.ShortEscapes);

/** Whether strings with these traits are written in ASCII: any character may come as `\u` and its number. */
export const areAscii = (traits: StringTraits): boolean =>
  (traits & (StringTraits.LongEscapes | StringTraits.BeyondAscii)) === 0;

const quotePlain: Quote = (text) => `"${text}"`;

const quoteShort: Quote = (text) =>
  text.includes('"') ||
  text.includes('\\') ||
  text.includes('\n') ||
  text.includes('\r') ||
  text.includes('\t')
    ? JSON.stringify(text)
    : `"${text}"`;

/** How strings with these traits are written. */
export const quoteFor = (traits: StringTraits): Quote =>
  (traits & StringTraits.LongEscapes) !== 0
    ? quote
    : (traits & StringTraits.ShortEscapes) !== 0
      ? quoteShort
      : quotePlain;
