/** `$changeStream`: the changes of one collection as events, from now or from where another stream was. */
import { Timestamp } from 'bson';
import { isArray, isDocument, type Doc } from '../bson/value.ts';
import { compilePipeline } from '../aggregate/stages/index.ts';
import type { StageContext } from '../aggregate/stages/stage.ts';
import type { LiveSource } from '../commands/cursors.ts';
import { MongoError, notSupported } from '../errors.ts';
import { isIdentical } from '../query/compare.ts';
import { findById } from '../storage/collection.ts';
import type { Engine } from '../storage/engine.ts';
import type { History } from '../storage/history.ts';
import { getKey } from '../storage/tree.ts';
import { changeEvent, invalidateEvent } from './change-event.ts';
import { readResumeToken, toResumeToken } from './resume-token.ts';

const OPTIONS = new Set([
  'fullDocument',
  'fullDocumentBeforeChange',
  'resumeAfter',
  'startAfter',
  'startAtOperationTime',
  'showExpandedEvents',
]);
/** What may follow: it works on each event alone. */
const STAGES = new Set([
  '$match',
  '$project',
  '$addFields',
  '$set',
  '$unset',
  '$replaceRoot',
  '$replaceWith',
]);

export const isChangeStream = (pipeline: unknown): pipeline is unknown[] =>
  isArray(pipeline) && isDocument(pipeline[0]) && '$changeStream' in pipeline[0];

export function openChangeStream(
  engine: Engine,
  namespace: string,
  pipeline: readonly unknown[],
  context: StageContext,
): LiveSource {
  const [first, ...rest] = pipeline as [Doc, ...unknown[]];
  const { history } = engine;
  const { lookUpUpdated, start } = readOptions(first['$changeStream'], history);
  const run = compileRest(rest);
  let [position, isOver] = [start, false];
  // A place that is lost is said to be so at once.
  history.from(position);

  const lookUp = (id: unknown): Doc | null | undefined => {
    if (!lookUpUpdated) return undefined;
    const collection = engine.collection(namespace);
    const record = collection && findById(collection, id);
    if (collection === undefined || record === undefined) return null;
    return getKey(collection.records, record)?.doc;
  };

  return {
    read(most) {
      const events: Doc[] = [];
      for (const change of history.from(position)) {
        if (isOver || events.length >= most) return events;
        position = change.position + 1;
        if (change.namespace !== namespace) continue;
        events.push(...run(changeEvent(change, lookUp), context));
        if (change.kind === 'drop') {
          events.push(...run(invalidateEvent(change), context));
          isOver = true;
        }
      }
      if (!isOver) position = history.position();
      return events;
    },
    isOver: () => isOver,
    resumeToken: () => toResumeToken({ position, isInvalidate: isOver }),
  };
}

interface Options {
  readonly lookUpUpdated: boolean;
  /** A position of the history. */
  readonly start: number;
}

function readOptions(operand: unknown, history: History): Options {
  if (!isDocument(operand)) throw new MongoError('TypeMismatch', '$changeStream needs a document');
  for (const [name, value] of Object.entries(operand)) {
    if (!OPTIONS.has(name) && value !== false) throw notSupported(`the option "${name}" of $changeStream`);
  }
  const {
    fullDocument = 'default',
    fullDocumentBeforeChange = 'off',
    resumeAfter,
    startAfter,
    startAtOperationTime,
    showExpandedEvents = false,
  } = operand;
  if (fullDocument !== 'default' && fullDocument !== 'updateLookup')
    throw notSupported('pre- and post-images of change streams: fullDocument is "default" or "updateLookup"');
  if (fullDocumentBeforeChange !== 'off') throw notSupported('pre-images of change streams');
  if (showExpandedEvents !== false) throw notSupported('expanded change events');
  const lookUpUpdated = fullDocument === 'updateLookup';
  if ([resumeAfter, startAfter, startAtOperationTime].filter((value) => value !== undefined).length > 1)
    throw new MongoError(
      'InvalidOptions',
      'Only one of resumeAfter, startAfter and startAtOperationTime is allowed.',
    );
  if (startAtOperationTime !== undefined)
    return { lookUpUpdated, start: history.positionAt(timeOf(startAtOperationTime)) };
  if (resumeAfter === undefined && startAfter === undefined)
    return { lookUpUpdated, start: history.position() };
  return { lookUpUpdated, start: resumed(resumeAfter, startAfter) };
}

function resumed(resumeAfter: unknown, startAfter: unknown): number {
  const point = readResumeToken(resumeAfter ?? startAfter);
  if (point.isInvalidate && resumeAfter !== undefined)
    throw new MongoError(
      'InvalidResumeToken',
      'Attempting to resume a change stream using resumeAfter is not allowed from an invalidate notification.',
    );
  return point.position;
}

function timeOf(time: unknown): Date {
  if (!(time instanceof Timestamp))
    throw new MongoError('TypeMismatch', 'startAtOperationTime is a timestamp');
  return new Date(time.t * 1000);
}

function compileRest(rest: readonly unknown[]): (event: Doc, context: StageContext) => readonly Doc[] {
  for (const stage of rest) {
    const name = isDocument(stage) ? (Object.keys(stage)[0] ?? '') : '';
    if (!STAGES.has(name))
      throw new MongoError('IllegalOperation', `${name} is not permitted in a $changeStream pipeline`);
  }
  const run = compilePipeline(rest);
  return (event, context) => {
    const events = run([event], context);
    if (events.some(({ _id }) => !isIdentical(_id, event['_id'])))
      throw new MongoError(
        'ChangeStreamFatalError',
        'Encountered an event whose _id field, which contains the resume token, was modified by the pipeline.',
      );
    return events;
  };
}
