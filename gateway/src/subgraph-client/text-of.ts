import { isAscii } from 'node:buffer';

/** Text of UTF-8. Most answers are plain ASCII: seeing that and copying it is quicker than decoding. */
export const textOf = (bytes: Buffer): string =>
  isAscii(bytes) ? bytes.toString('latin1') : bytes.toString();
