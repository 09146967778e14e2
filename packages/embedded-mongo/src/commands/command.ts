import type { Doc } from '../bson/value.ts';
import type { Engine, Store } from '../storage/engine.ts';
import type { Sessions } from '../transactions/sessions.ts';
import type { Cursors } from './cursors.ts';
import type { OperationCounters } from './operation-counters.ts';
import type { Role } from './role.ts';

/** What all connections share. */
export interface Server {
  readonly engine: Engine;
  readonly sessions: Sessions;
  readonly cursors: Cursors;
  readonly role: Role;
  readonly operations: OperationCounters;
  readonly startedAt: Date;
  connectionCount(): number;
  isClosing(): boolean;
}

/** The session part of a command. */
export interface SessionFields {
  readonly id: string;
  readonly txnNumber: bigint | undefined;
  readonly inTransaction: boolean;
}

export interface CommandContext {
  readonly server: Server;
  /** Shared data, or the transaction's view of it. */
  readonly store: Store;
  readonly db: string;
  readonly name: string;
  readonly body: Doc;
  readonly session: SessionFields | undefined;
  /** Address the client reached us at; what `hello` gives as our name. */
  readonly address: string;
  readonly connectionId: number;
}

export interface Command {
  /** Fields of the body besides the generic ones. Any other is refused: ignoring it could change the answer. */
  readonly fields: readonly string[];
  /** Fields a server knows and this one refuses, unless empty. */
  readonly refused?: readonly string[];
  /** May run inside a transaction. */
  readonly inTransaction?: boolean;
  run(context: CommandContext): Doc | Promise<Doc>;
}
