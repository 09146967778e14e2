import { GraphQLError } from 'graphql';
import { collectLocations, collectObjects, type Location } from './collect-at-path.ts';
import type { ExecutableFetch } from './executable-plan.ts';
import { copyJson, mergeInto } from './merge.ts';
import { getOwn, isJsonObject, type JsonObject } from './own.ts';
import { applyRewrites, contextVariables, renamePath } from './rewrites.ts';
import type { PlanRun } from './run-plan.ts';
import { selectRepresentation } from './select-representation.ts';
import type { SubgraphError } from './subgraph-sender.ts';

/** One fetch: what to send is taken from the response, what comes back is grafted onto it. */
export async function runFetch(fetch: ExecutableFetch, run: PlanRun): Promise<void> {
  if (fetch.requires === undefined) await fetchRootFields(fetch, run);
  else if (fetch.contextRewrites.length === 0) {
    await fetchEntities(fetch, collectObjects(run.data, fetch.path), {}, run);
  } else {
    await fetchEntitiesInContext(fetch, run);
  }
}

async function fetchRootFields(fetch: ExecutableFetch, run: PlanRun): Promise<void> {
  const targets = collectObjects(run.data, fetch.path);
  if (targets.length === 0) return;
  const { data, errors } = await run.send(fetch, variablesText(fetch, run, {}), undefined);
  const prefix = fetch.path.filter((step) => step !== '@');
  for (const error of errors) {
    run.errors.push(
      toClientError(fetch, error, [...prefix, ...renamePath(fetch.outputRewrites, error.path ?? [])]),
    );
  }
  if (data === null) return;
  applyRewrites(fetch.outputRewrites, data, run.matches);
  for (const [index, target] of targets.entries()) mergeInto(target, index === 0 ? data : copyJson(data));
}

/** Entities whose surroundings give the same values share a request. */
async function fetchEntitiesInContext(fetch: ExecutableFetch, run: PlanRun): Promise<void> {
  const groups = new Map<string, { readonly context: JsonObject; readonly objects: JsonObject[] }>();
  for (const location of collectLocations(run.data, fetch.path)) {
    const context = contextVariables(fetch.contextRewrites, location, run.matches);
    const key = JSON.stringify(context);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { context, objects: [location.object] });
    else group.objects.push(location.object);
  }
  await Promise.all(
    [...groups.values()].map(({ context, objects }) => fetchEntities(fetch, objects, context, run)),
  );
}

/** Each entity is asked for once, however often it stands in the response. */
async function fetchEntities(
  fetch: ExecutableFetch,
  objects: readonly JsonObject[],
  context: JsonObject,
  run: PlanRun,
): Promise<void> {
  const targetsOf = new Map<string, JsonObject[]>();
  const representations: JsonObject[] = [];
  for (const object of objects) {
    const representation = selectRepresentation(object, fetch.requires ?? [], run.matches);
    if (representation === undefined || typeof getOwn(representation, '__typename') !== 'string') continue;
    applyRewrites(fetch.inputRewrites, representation, run.matches);
    const text = JSON.stringify(representation);
    const targets = targetsOf.get(text);
    if (targets === undefined) {
      targetsOf.set(text, [object]);
      representations.push(representation);
    } else {
      targets.push(object);
    }
  }
  if (representations.length === 0) return;

  const targets = [...targetsOf.values()];
  const variables = `"representations":[${[...targetsOf.keys()].join(',')}]${variablesText(fetch, run, context, ',')}`;
  const { data, errors } = await run.send(fetch, variables, representations);
  const paths = errors.length === 0 ? undefined : pathsByObject(collectLocations(run.data, fetch.path));
  for (const error of errors) run.errors.push(...errorsOfEntity(fetch, error, targets, paths ?? new Map()));
  if (data === null) return;
  const entities = getOwn(data, '_entities');
  if (!Array.isArray(entities) || entities.length !== representations.length) {
    run.errors.push(toClientError(fetch, malformedEntities(fetch.subgraph), pathOutsideLists(fetch)));
    return;
  }
  for (const [index, entity] of entities.entries()) {
    if (!isJsonObject(entity)) continue;
    applyRewrites(fetch.outputRewrites, entity, run.matches);
    for (const [use, target] of (targets[index] ?? []).entries()) {
      mergeInto(target, use === 0 ? entity : copyJson(entity));
    }
  }
}

/** JSON text of the variables this fetch uses; one the client left out is left out, so that its default holds. */
function variablesText(fetch: ExecutableFetch, run: PlanRun, context: JsonObject, start = ''): string {
  let text = '';
  const add = (name: string, value: unknown): void => {
    if (value !== undefined)
      text += `${text === '' ? start : ','}${JSON.stringify(name)}:${JSON.stringify(value)}`;
  };
  for (const name of fetch.variableUsages) add(name, getOwn(run.variables, name));
  for (const [name, value] of Object.entries(context)) add(name, value);
  return text;
}

const pathsByObject = (locations: readonly Location[]): ReadonlyMap<JsonObject, Location['path']> =>
  new Map(locations.map(({ object, path }) => [object, path]));

/** An error of one entity is an error at each place where the entity stands. */
function errorsOfEntity(
  fetch: ExecutableFetch,
  error: SubgraphError,
  targets: readonly (readonly JsonObject[])[],
  paths: ReadonlyMap<JsonObject, Location['path']>,
): GraphQLError[] {
  const [root, index, ...rest] = error.path ?? [];
  const objects = root === '_entities' && typeof index === 'number' ? targets[index] : undefined;
  if (objects === undefined) {
    return [toClientError(fetch, error, pathOutsideLists(fetch))];
  }
  const renamed = renamePath(fetch.outputRewrites, rest);
  return objects.map((object) => toClientError(fetch, error, [...(paths.get(object) ?? []), ...renamed]));
}

/** Where an error about a fetch as a whole stands: the longest part of its path that has no list in it. */
function pathOutsideLists({ path }: ExecutableFetch): readonly string[] {
  const list = path.indexOf('@');
  return list === -1 ? path : path.slice(0, list);
}

/** Without an entity for each that was asked for, none can be told from another. */
const malformedEntities = (subgraph: string): SubgraphError => ({
  message: `service '${subgraph}' response was malformed: "_entities" does not answer what was asked`,
  extensions: { code: 'SUBREQUEST_MALFORMED_RESPONSE', reason: '"_entities" does not answer what was asked' },
});

function toClientError(
  fetch: ExecutableFetch,
  error: SubgraphError,
  path: readonly (string | number)[],
): GraphQLError {
  return new GraphQLError(error.message, {
    ...(path.length === 0 ? {} : { path }),
    extensions: { code: 'DOWNSTREAM_SERVICE_ERROR', ...error.extensions, service: fetch.subgraph },
  });
}
