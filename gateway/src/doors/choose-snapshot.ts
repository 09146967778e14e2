import type { ServerResponse } from 'node:http';
import { askingClient } from '../client-key.ts';
import type { CurrentSnapshot } from '../supergraph/current-snapshot.ts';
import type { Snapshot } from '../supergraph/snapshot.ts';
import type { GatewayContext } from '../request.ts';

/** The snapshot that a request keeps to its end: the current one, or a canary for those who get it. */
export function chooseSnapshot(
  { current, canary }: CurrentSnapshot,
  { caller, incoming, journal }: Pick<GatewayContext, 'caller' | 'incoming' | 'journal'>,
  response: ServerResponse,
): Snapshot {
  if (canary === undefined) return current;
  const isNew = canary.takes(askingClient(caller, incoming));
  response.on('close', () => {
    canary.record(isNew, journal);
  });
  return isNew ? canary.snapshot : current;
}
