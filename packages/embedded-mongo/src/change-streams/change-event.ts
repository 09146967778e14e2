import { Timestamp } from 'bson';
import type { Doc } from '../bson/value.ts';
import type { PastChange } from '../storage/history.ts';
import { describeUpdate } from './describe-update.ts';
import { toResumeToken } from './resume-token.ts';

/** @see https://www.mongodb.com/docs/manual/reference/change-events/ */
export function changeEvent(change: PastChange, lookUp: (id: unknown) => Doc | null | undefined): Doc {
  const { kind, before, after, namespace } = change;
  const documentKey = { _id: (after ?? before)?.['_id'] };
  const fullDocument = kind === 'update' ? lookUp(documentKey._id) : after;
  return {
    ...heading(change, false),
    operationType: kind,
    ...(fullDocument !== undefined && { fullDocument }),
    ns: namespaceParts(namespace),
    ...(kind !== 'drop' && { documentKey }),
    ...(kind === 'update' && { updateDescription: describeUpdate(before ?? {}, after ?? {}) }),
  };
}

/** The last event of a stream whose collection is gone. */
export function invalidateEvent(change: PastChange): Doc {
  return { ...heading(change, true), operationType: 'invalidate' };
}

function heading({ position, at }: PastChange, isInvalidate: boolean): Doc {
  return {
    _id: toResumeToken({ position: position + 1, isInvalidate }),
    clusterTime: new Timestamp({ t: Math.floor(at.getTime() / 1000), i: (position + 1) % 2 ** 32 }),
    wallTime: at,
  };
}

function namespaceParts(namespace: string): Doc {
  const dot = namespace.indexOf('.');
  return { db: namespace.slice(0, dot), coll: namespace.slice(dot + 1) };
}
