import { randomBytes } from 'node:crypto';

/** A new key of a graph, in the shape of Apollo's graph keys. It is shown once; the registry keeps its hash. */
export const generateApiKey = (graphId: string): string =>
  `service:${graphId}:${randomBytes(32).toString('base64url')}`;

/** Enough for whoever has the key to find it in a list, and nobody else to guess it. */
export const hintOf = (key: string): string => `${key.slice(0, key.lastIndexOf(':') + 5)}...${key.slice(-4)}`;

/** Of a key of which only the hash is known. */
export const hintOfUnknown = (graphId: string): string => `service:${graphId}:...`;
