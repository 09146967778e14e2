import type { Viewer } from '@tributary/service-kit';
import type { SubgraphContext } from '@tributary/subgraph-kit';
import { createLoaders, type Loaders } from './loaders.ts';
import type { Reader } from './store/reader.ts';

export interface PaymentsContext extends SubgraphContext {
  readonly reader: Reader;
  loaders: Loaders;
  /** Checkouts of guests, by our own ids, whose secret was shown in this request. */
  readonly opened: Set<string>;
  /** Where the client is, by which guests are counted; undefined when the gateway did not say. */
  readonly network: string | undefined;
}

export const createContext = (
  viewer: Viewer,
  reader: Reader,
  network: string | undefined,
): PaymentsContext => ({
  viewer,
  reader,
  loaders: createLoaders(reader),
  opened: new Set(),
  network,
});

/** After a write: what later fields of this operation show is read again. */
export function forgetReads(context: PaymentsContext): void {
  context.loaders = createLoaders(context.reader);
}
