import { BadUserInputError } from '@tributary/service-kit';

/** A variant of a graph: `shop@prod`. */
export interface GraphRef {
  readonly graphId: string;
  readonly variant: string;
}

const GRAPH_ID = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;
const VARIANT = /^[A-Za-z0-9_-]{1,64}$/;

/** Undefined: not a reference. Without a variant it is `current`. */
export function parseGraphRef(text: string): GraphRef | undefined {
  const [graphId = '', variant = 'current', ...rest] = text.split('@');
  return rest.length === 0 && GRAPH_ID.test(graphId) && VARIANT.test(variant)
    ? { graphId, variant }
    : undefined;
}

export const formatGraphRef = ({ graphId, variant }: GraphRef): string => `${graphId}@${variant}`;

/** @throws BadUserInputError when no variant can have the name. */
export function assertVariantName(variant: string): void {
  if (!VARIANT.test(variant))
    throw new BadUserInputError('A variant is named by 1 to 64 letters, digits, "-" and "_".');
}

const SUBGRAPH = /^[A-Za-z0-9_-]{1,64}$/;

/** @throws BadUserInputError when no subgraph can have the name. */
export function assertSubgraphName(name: string): void {
  if (!SUBGRAPH.test(name))
    throw new BadUserInputError('A subgraph is named by 1 to 64 letters, digits, "-" and "_".');
}
