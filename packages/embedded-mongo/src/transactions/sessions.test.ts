import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { rm } from 'node:fs/promises';
import { insertion } from '../commands/insert.ts';
import type { Engine } from '../storage/engine.ts';
import { openEngine } from '../storage/open-engine.ts';
import { makeDataDir } from '../testing/test-mongo.ts';
import { BlockedByTransaction } from './locks.ts';
import { createSessions, type Sessions } from './sessions.ts';

const NAMESPACE = 'test.c';

let directory: string;
let engine: Engine;
let sessions: Sessions;
beforeEach(async () => {
  directory = await makeDataDir();
  engine = await openEngine({ directory, log: () => undefined, onFailure: () => undefined });
  sessions = createSessions(engine);
});
afterEach(async () => {
  await engine.close();
  await rm(directory, { recursive: true });
});

function insertInto(store: Engine | ReturnType<Sessions['begin']>['store'], id: number): void {
  store.write(insertion(store, NAMESPACE, { _id: id }));
}

describe('a session', () => {
  it('loses a transaction that outlives its limit, and its locks with it', () => {
    insertInto(sessions.begin('s', 1n).store, 1);
    expect(() => {
      insertInto(engine, 2);
    }).toThrow(BlockedByTransaction);
    sessions.expire(Date.now() + 59_000);
    expect(sessions.active('s', 1n)).toBeDefined();
    sessions.expire(Date.now() + 61_000);
    expect(() => sessions.active('s', 1n)).toThrow('does not match any in-progress transactions');
    insertInto(engine, 2);
    expect(engine.collection(NAMESPACE)?.records.size).toBe(1);
  });

  it('aborts its open transaction when it begins the next one', () => {
    insertInto(sessions.begin('s', 1n).store, 1);
    sessions.begin('s', 2n);
    insertInto(engine, 1);
    expect(() => sessions.begin('s', 1n)).toThrow('newer transaction');
  });

  it('neither reuses nor aborts a committed number', () => {
    insertInto(sessions.begin('s', 1n).store, 1);
    sessions.commit('s', 1n);
    sessions.commit('s', 1n);
    expect(() => sessions.begin('s', 1n)).toThrow();
    expect(() => {
      sessions.abort('s', 1n);
    }).toThrow('has been committed');
    expect(engine.collection(NAMESPACE)?.records.size).toBe(1);
  });

  it('lets several transactions of different sessions write different documents', () => {
    insertInto(engine, 0);
    for (const [i, session] of ['a', 'b', 'c'].entries())
      insertInto(sessions.begin(session, 1n).store, i + 1);
    for (const session of ['c', 'a', 'b']) sessions.commit(session, 1n);
    expect(engine.collection(NAMESPACE)?.records.size).toBe(4);
  });
});
