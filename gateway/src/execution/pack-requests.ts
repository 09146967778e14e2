import type { ExecutableFetch } from './executable-plan.ts';
import type { Variables } from './variables.ts';

/** What one fetch wants to know of some entities. */
export interface RequestPart {
  readonly fetch: Pick<ExecutableFetch, 'contextRewrites'>;
  readonly representations: readonly string[];
  readonly variables: Variables;
}

interface Request<Part> {
  readonly parts: Part[];
  entities: number;
  /** JSON text of what the surroundings of its entities give them, by variable; undefined: they have nothing to give. */
  readonly context: Map<string, string | undefined>;
}

/** A part is not compared with all of thousands that it may not fit. */
const MAX_OPEN_REQUESTS = 32;

/**
 * Parts for one subgraph, by the request in which they travel: as few as there may be, nearly.
 *
 * A variable has one value in a request. Those of the client have one anyway; what entities take from their
 * surroundings (`@fromContext`) has one in each of these, and the planner uses the same few names for all fetches.
 *
 * @param maxEntities Most that one request asks for; no part is of more.
 */
export function packRequests<Part extends RequestPart>(
  parts: readonly Part[],
  maxEntities: number,
): readonly (readonly Part[])[] {
  const requests: Request<Part>[] = [];
  let open: Request<Part>[] = [];
  for (const part of parts) {
    let request = open.find(
      (each) => each.entities + part.representations.length <= maxEntities && agrees(part, each),
    );
    if (request === undefined) {
      request = { parts: [], entities: 0, context: new Map() };
      requests.push(request);
      open = [...open.filter(({ entities }) => entities < maxEntities), request].slice(-MAX_OPEN_REQUESTS);
    }
    request.parts.push(part);
    request.entities += part.representations.length;
    for (const { renameKeyTo: name } of part.fetch.contextRewrites)
      request.context.set(name, part.variables.get(name));
  }
  return requests.map((request) => request.parts);
}

const agrees = <Part extends RequestPart>({ fetch, variables }: Part, { context }: Request<Part>): boolean =>
  fetch.contextRewrites.every(
    ({ renameKeyTo: name }) => !context.has(name) || context.get(name) === variables.get(name),
  );
