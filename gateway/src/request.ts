import type { BaseContext } from '@apollo/server';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Caller } from './auth/credentials.ts';
import type { Cancellation } from './cancellation.ts';
import type { PluginRun } from './plugins/plugin-run.ts';
import type { Snapshot } from './supergraph/snapshot.ts';
import type { RequestJournal } from './telemetry/request-journal.ts';

/** What belongs to one request. */
export interface GatewayContext extends BaseContext {
  readonly caller: Caller;
  /** Cancelled when nobody waits for the answer any more. */
  readonly cancellation: Cancellation;
  /** As it came; its body has been read. */
  readonly incoming: IncomingMessage;
  /** For headers that Apollo Server cannot carry. */
  readonly outgoing: ServerResponse;
  /** The content type of its answer. */
  readonly mediaType: string;
  readonly plugins: PluginRun | undefined;
  readonly journal: RequestJournal;
  readonly snapshot: Snapshot;
}
