import { isUtf8 } from 'node:buffer';
import { isJsonObject, type JsonObject } from '../execution/own.ts';
import type { RawResponse } from './exchange.ts';

/** Nearly every server writes an answer without errors so. */
const BEFORE_DATA = Buffer.from('{"data":');
const CLOSING_BRACE = 0x7d;

/**
 * The bytes of `data`, when they are all there is to an answer and may be passed on as they came.
 *
 * The check needs the structure, the types and the names, and those are ASCII: bytes beyond it stand only inside
 * strings. So the answer is not decoded, and long numbers need not survive being parsed.
 */
export function passOn(
  { status, bytes }: RawResponse,
  passes: (data: JsonObject) => boolean,
): Buffer | undefined {
  const isWhole = status >= 200 && status < 300 && bytes.at(-1) === CLOSING_BRACE;
  if (!isWhole || bytes.compare(BEFORE_DATA, 0, BEFORE_DATA.length, 0, BEFORE_DATA.length) !== 0)
    return undefined;
  const answer = parse(bytes.toString('latin1'));
  if (!isJsonObject(answer) || Object.keys(answer).length !== 1 || !isJsonObject(answer['data']))
    return undefined;
  return passes(answer['data']) && isUtf8(bytes)
    ? bytes.subarray(BEFORE_DATA.length, bytes.length - 1)
    : undefined;
}

/** What is wrong with an answer is said by whoever reads all of it. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
