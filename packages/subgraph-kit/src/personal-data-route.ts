import {
  BadRequestError,
  createViewerTokenVerifier,
  ForbiddenError,
  readJsonBody,
  type RouteHandler,
  type Trust,
} from '@tributary/service-kit';
import { z } from 'zod';
import { requireScope } from './viewer.ts';

/** What a service needs to be allowed, in the trust table, to be told all about a person. No role grants it. */
export const PERSONAL_DATA_SCOPE = 'personal-data:read';

const MAX_BODY_BYTES = 1_024;
const Body = z.object({ userId: z.string() });

export interface PersonalDataRouteOptions {
  /** This service's own name. */
  readonly name: string;
  readonly trust: Trust;
  /** All that this service keeps of a person, for their eyes. */
  readonly collect: (userId: string) => Promise<Readonly<Record<string, unknown>>>;
}

/** Tells a trusted service what this one knows of a person: `POST {"userId": "usr_..."}`. */
export function personalDataRoute({ name, trust, collect }: PersonalDataRouteOptions): RouteHandler {
  const tokens = createViewerTokenVerifier(name, trust);
  return async (request, response) => {
    if (request.method !== 'POST') {
      response.writeHead(405, { allow: 'POST' }).end();
      return;
    }
    const caller = await tokens.verify(request.headers.authorization);
    if (caller.kind !== 'service') throw new ForbiddenError('Only services may ask this.');
    requireScope(caller, PERSONAL_DATA_SCOPE);
    const body = Body.safeParse(await readJsonBody(request, MAX_BODY_BYTES));
    if (!body.success) throw new BadRequestError('The body must be {"userId": "..."}.');
    const document = JSON.stringify(await collect(body.data.userId));
    response
      .writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' })
      .end(document);
  };
}
