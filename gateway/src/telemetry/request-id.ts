import type { IncomingHttpHeaders } from 'node:http';
import { RandomIds } from './random-ids.ts';

export const REQUEST_ID_HEADER = 'x-request-id';

/** Whatever else a client writes there goes into logs and headers of other services. */
const ACCEPTED = /^[\w.:=+/@-]{1,128}$/;

const ids = new RandomIds();

/** The id that whoever is in front gave the request; a new one when it gave none that can be used. */
export function requestIdOf({ [REQUEST_ID_HEADER]: given }: IncomingHttpHeaders): string {
  return typeof given === 'string' && ACCEPTED.test(given) ? given : ids.generateRequestId();
}
