import { hash } from 'node:crypto';

/** SHA-256, in hex. Of a secret that is random and long there is nothing to guess: it needs no salt and no slow hash. */
export const hashSecret = (secret: string): string => hash('sha256', secret);
