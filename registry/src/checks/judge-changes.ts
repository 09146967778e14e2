import type { SchemaChange } from '../schema-work/protocol.ts';
import type { ClientUsage, UsedOperation } from '../usage/usage-store.ts';
import type { CheckSettings } from './check-settings.ts';
import type { AffectedOperation, JudgedChange } from './check-result.ts';

export interface RegisteredOperation {
  readonly id: string;
  readonly name: string;
  /** Empty: every client. */
  readonly clientName: string;
}

export interface Evidence {
  readonly changes: readonly SchemaChange[];
  readonly operations: readonly UsedOperation[];
  /** Persisted by clients: they count whether they were sent or not. */
  readonly registered: readonly RegisteredOperation[];
  /** Of the operations that a change affects. */
  readonly clients: readonly ClientUsage[];
  readonly settings: CheckSettings;
  /** Whether a change passes while nothing at all is known of what runs. */
  readonly passWithoutOperations: boolean;
}

/** Operations that count for a check: used enough, and not left out by name or id. */
export function countedOperations(
  operations: readonly UsedOperation[],
  { minRequests, minShare, ignoredOperations, excludedOperationNames }: CheckSettings,
): readonly UsedOperation[] {
  const total = operations.reduce((sum, { requests }) => sum + requests, 0);
  return operations.filter(
    ({ id, name, requests }) =>
      requests >= minRequests &&
      requests >= total * minShare &&
      !ignoredOperations.has(id) &&
      !excludedOperationNames.has(name),
  );
}

/** Which changes fail: those that may break something, and of which somebody would notice. */
export function judgeChanges(evidence: Evidence): readonly JudgedChange[] {
  const { changes, operations, registered, clients, settings, passWithoutOperations } = evidence;
  const used = new Map(operations.map((each) => [each.id, each]));
  const persisted = new Map(registered.map((each) => [each.id, each]));
  const clientsOf = new Map<string, ClientUsage[]>();
  for (const each of clients)
    if (!isExcluded(each, settings))
      clientsOf.set(each.operationId, [...(clientsOf.get(each.operationId) ?? []), each]);
  return changes.map(({ code, coordinate, description, isPotentiallyBreaking, affectedOperations }) => {
    const affected = affectedOperations.flatMap((id): AffectedOperation[] => {
      const registration = persisted.get(id);
      if (registration !== undefined) {
        const { name, clientName } = registration;
        const by = [{ name: clientName, version: '', requests: 0 }];
        return [{ id, name, requests: 0, isPersisted: true, clients: by }];
      }
      const operation = used.get(id);
      const senders = clientsOf.get(id) ?? [];
      const requests = senders.reduce((sum, each) => sum + each.requests, 0);
      if (operation === undefined || requests < settings.minRequests) return [];
      const by = senders.map((each) => ({
        name: each.clientName,
        version: each.clientVersion,
        requests: each.requests,
      }));
      return [{ id, name: operation.name, requests, clients: by }];
    });
    affected.sort((a, b) => b.requests - a.requests);
    const nothingIsKnown = operations.length + registered.length === 0 && !passWithoutOperations;
    const fails = isPotentiallyBreaking && (affected.length > 0 || nothingIsKnown);
    return { code, coordinate, description, isPotentiallyBreaking, fails, affected };
  });
}

const isExcluded = (
  { clientName, clientVersion }: ClientUsage,
  { excludedClients }: CheckSettings,
): boolean =>
  excludedClients.some(
    ({ name, version }) => name === clientName && (version ?? clientVersion) === clientVersion,
  );
