import { createHash } from 'node:crypto';

/**
 * A number in [0, 1) that is the same for the same text on every machine, and evenly spread over all texts: whoever is
 * below a share once is below it again.
 */
export const stableShare = (text: string): number =>
  createHash('sha256').update(text).digest().readUInt32BE() / 2 ** 32;
