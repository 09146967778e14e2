import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

export const REQUEST_ID_HEADER = 'x-request-id';

/** Whatever else a client writes there goes into logs and headers of other services. */
const ACCEPTED = /^[\w.:=+/@-]{1,128}$/;

/** The id that whoever is in front gave the request; a new one when it gave none that can be used. */
export function requestIdOf({ [REQUEST_ID_HEADER]: given }: IncomingHttpHeaders): string {
  return typeof given === 'string' && ACCEPTED.test(given) ? given : randomUUID();
}
