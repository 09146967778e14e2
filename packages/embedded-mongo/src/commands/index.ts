import { aggregate } from './aggregate.ts';
import { create, drop, dropDatabase, listCollections, listDatabases } from './collections.ts';
import type { Command } from './command.ts';
import { count } from './count.ts';
import { deleteCommand } from './delete.ts';
import {
  buildInfo,
  collStats,
  connectionStatus,
  dbStats,
  getParameter,
  hostInfo,
  ping,
  serverStatus,
} from './diagnostics.ts';
import { distinct } from './distinct.ts';
import { explain } from './explain.ts';
import { find } from './find.ts';
import { findAndModify } from './find-and-modify.ts';
import { getMore } from './get-more.ts';
import { hello, legacyHello } from './hello.ts';
import { createIndexes, dropIndexes, listIndexes } from './indexes.ts';
import { insert } from './insert.ts';
import { killCursors } from './kill-cursors.ts';
import {
  abortTransaction,
  commitTransaction,
  endSessions,
  refreshSessions,
  startSession,
} from './sessions.ts';
import { replSetStepDown } from './step-down.ts';
import { update } from './update.ts';

/** Every command, under every name it has. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  abortTransaction,
  aggregate,
  buildInfo,
  buildinfo: buildInfo,
  collStats,
  commitTransaction,
  connectionStatus,
  count,
  create,
  createIndexes,
  dbStats,
  delete: deleteCommand,
  deleteIndexes: dropIndexes,
  distinct,
  drop,
  dropDatabase,
  dropIndexes,
  endSessions,
  explain,
  find,
  findAndModify,
  findandmodify: findAndModify,
  getMore,
  getParameter,
  hello,
  hostInfo,
  insert,
  isMaster: legacyHello,
  ismaster: legacyHello,
  killCursors,
  killSessions: endSessions,
  listCollections,
  listDatabases,
  listIndexes,
  ping,
  refreshSessions,
  replSetStepDown,
  serverStatus,
  startSession,
  update,
};
