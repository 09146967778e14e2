import { askingClient, knownClientKey, type ClientKeyOptions } from '../client-key.ts';
import { overriddenLabels, type OverrideRule } from '../supergraph/overridden-labels.ts';
import type { OperationRequest } from './answer-operation.ts';

export interface OverrideOptions extends ClientKeyOptions {
  /** By label. */
  readonly rules: ReadonlyMap<string, OverrideRule>;
}

/** The supergraph's labels whose progressive override applies to a request, in the supergraph's order. */
export async function decideOverrides(
  { snapshot: { overrideLabels: labels }, caller, incoming, plugins }: OperationRequest,
  options: OverrideOptions,
): Promise<readonly string[]> {
  const decided = overriddenLabels(labels, {
    caller: knownClientKey(askingClient(caller, incoming), options)?.name,
    permissions: caller.permissions,
    headers: incoming.headers,
    rules: options.rules,
  });
  const added = (await plugins?.decideOverrides(labels)) ?? [];
  return added.length === 0
    ? decided
    : labels.filter((label) => decided.includes(label) || added.includes(label));
}
