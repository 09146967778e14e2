import {
  BadRequestError,
  createViewerTokenVerifier,
  ForbiddenError,
  readJsonBody,
  type RouteHandler,
  type Trust,
} from '@tributary/service-kit';
import * as z from 'zod';
import { encodeCursor, readPage, type CursorValue, type Page } from './pagination.ts';
import { requireScope } from './viewer.ts';

/** What a service needs to be allowed, in the trust table, to be told all about a person. No role grants it. */
export const PERSONAL_DATA_SCOPE = 'personal-data:read';

const MAX_BODY_BYTES = 1_024;
const Body = z.object({ userId: z.string(), after: z.string().optional() });
const SORT = 'PERSONAL_DATA';
/** Orders of a page and all their lines are held in memory together, which is some hundred kilobytes. */
const PAGE_SIZE = 100;

/** Lists by name, and the sort values of the last row when more rows follow. */
export interface PersonalDataPage {
  readonly lists: Readonly<Record<string, readonly unknown[]>>;
  readonly last: readonly CursorValue[] | undefined;
}

export interface PersonalDataRouteOptions {
  /** This service's own name. */
  readonly name: string;
  readonly trust: Trust;
  /** What this service keeps of a person, for their eyes: a page of it, however much there is. */
  readonly collect: (userId: string, page: Page) => Promise<PersonalDataPage>;
}

/**
 * Tells a trusted service what this one knows of a person: `POST {"userId": "usr_..."}`. Beside its lists an answer has
 * `next` while there is more; sent as `after`, that gets the next page.
 */
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
    if (!body.success)
      throw new BadRequestError('The body must be {"userId": "..."}, with or without "after".');
    const { userId, after } = body.data;
    const page = readPage({ first: PAGE_SIZE, after: after ?? null }, SORT, PAGE_SIZE);
    const { lists, last } = await collect(userId, page);
    const document = JSON.stringify(
      last === undefined ? lists : { ...lists, next: encodeCursor(SORT, last) },
    );
    response
      .writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' })
      .end(document);
  };
}
