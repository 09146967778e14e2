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
const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const MARKED = new RegExp(`\\{"${MARK}":"([^"]*)"\\}`, 'g');

/** @throws SyntaxError for what is not JSON. */
export function parseJson(text: string): unknown {
  return JSON.parse(MAY_LOSE_DIGITS.test(text) ? text.replace(TOKENS, markNumber) : text);
}

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

/** A JSON string. Most are short and plain: telling that is cheaper than a call into the runtime. */
export const quote = (text: string): string =>
  text.length < SHORT && !NEEDS_ESCAPE.test(text) ? `"${text}"` : JSON.stringify(text);
