import { isDocument, type Doc } from '../bson/value.ts';
import { MongoError } from '../errors.ts';

/** The place in the history after an event. */
export interface ResumePoint {
  readonly position: number;
  /** After the event that ended the stream: only `startAfter` goes on there. */
  readonly isInvalidate: boolean;
}

const DIGITS = 16;

/** Text that sorts as events do, as a server's tokens. */
export function toResumeToken({ position, isInvalidate }: ResumePoint): Doc {
  return {
    _data: `${position.toString(16).toUpperCase().padStart(DIGITS, '0')}${isInvalidate ? '01' : '00'}`,
  };
}

/** @throws MongoError 260 for what no stream of this server gave out */
export function readResumeToken(token: unknown): ResumePoint {
  const data = isDocument(token) ? token['_data'] : undefined;
  const match = typeof data === 'string' ? /^([0-9A-F]{16})0([01])$/.exec(data) : null;
  if (!match) throw new MongoError('InvalidResumeToken', 'the resume token is not of this server');
  return { position: parseInt(match[1] ?? '', 16), isInvalidate: match[2] === '1' };
}
