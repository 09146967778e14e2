/** Whether this server, the only one of its replica set, is the primary. It is, but for the time after a step-down. */
import type { Doc } from '../bson/value.ts';
import { isDocument } from '../bson/value.ts';
import { MongoError } from '../errors.ts';

export interface Role {
  isPrimary(): boolean;
  /** Not the primary for so long; then it elects itself. */
  stepDown(seconds: number): void;
}

export function createRole(now: () => number = Date.now): Role {
  let secondaryUntilMs = 0;
  return {
    isPrimary: () => now() >= secondaryUntilMs,
    stepDown: (seconds) => {
      secondaryUntilMs = now() + seconds * 1_000;
    },
  };
}

/** What a server answers in any role. */
const ANYWHERE = new Set([
  'buildInfo',
  'buildinfo',
  'connectionStatus',
  'endSessions',
  'getMore',
  'getParameter',
  'hello',
  'hostInfo',
  'isMaster',
  'ismaster',
  'killCursors',
  'killSessions',
  'ping',
  'refreshSessions',
  'serverStatus',
  'startSession',
]);

/** What a secondary answers to clients that say they may ask one. */
const READS = new Set([
  'aggregate',
  'collStats',
  'count',
  'dbStats',
  'distinct',
  'explain',
  'find',
  'listCollections',
  'listDatabases',
  'listIndexes',
]);

/** @throws MongoError 13435 or 10107, by which drivers know to look for the primary again */
export function assertRole(role: Role, name: string, body: Doc): void {
  if (role.isPrimary() || ANYWHERE.has(name)) return;
  if (!READS.has(name)) throw new MongoError('NotWritablePrimary', 'not primary');
  const preference = body['$readPreference'];
  const mode = isDocument(preference) ? preference['mode'] : undefined;
  if (mode === undefined || mode === 'primary')
    throw new MongoError('NotPrimaryNoSecondaryOk', 'not primary and secondaryOk=false');
}
