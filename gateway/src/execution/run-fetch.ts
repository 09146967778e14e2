import { collectLocations, collectObjects, type Location } from './collect-at-path.ts';
import type { ExecutableFetch } from './executable-plan.ts';
import { failedFields } from './failed-fields.ts';
import { StringTraits, writeJson } from './json.ts';
import type { EntityAnswer } from './known-entities.ts';
import { readKnownFields, type KnownFields } from './known-fields.ts';
import { copyJson, mergeInto } from './merge.ts';
import { isComposite, type JsonObject } from './own.ts';
import { applyRewrites, contextVariables, renamePath } from './rewrites.ts';
import type { EntityGroup, EntityGrouper, GroupedEntities } from './represent.ts';
import type { PlanRun } from './run-plan.ts';
import type { SubgraphError } from './subgraph-sender.ts';
import { toClientError } from './to-client-error.ts';
import { uniteObjects, type Union } from './unite-objects.ts';
import { variablesOfFetch, variablesText, type Variables } from './variables.ts';

/** A list of a thousand entities that could not be fetched is one failure; a client needs to see that it is, not all of it. */
const MAX_ERRORS_OF_FAILURE = 50;

/** One fetch: what to send is taken from the response, what comes back is grafted onto it. */
export function runFetch(fetch: ExecutableFetch, run: PlanRun): Promise<unknown> {
  const { group } = fetch;
  if (group === undefined) return fetchRootFields(fetch, run);
  if (fetch.contextRewrites.length > 0) return fetchEntitiesInContext(fetch, group, run);
  const objects = collectObjects(run.data, fetch.path, run.sharesObjects);
  return fetchEntities(fetch, group, objects, variablesOfFetch(fetch, run), run);
}

async function fetchRootFields(fetch: ExecutableFetch, run: PlanRun): Promise<void> {
  const targets = collectObjects(run.data, fetch.path);
  if (targets.length === 0) return;
  const rest = `${variablesText(variablesOfFetch(fetch, run)).slice(1)}}}`;
  const {
    data,
    errors,
    failure,
    passed,
    stringTraits = StringTraits.Any,
  } = await run.send({
    subgraph: fetch.subgraph,
    isMutation: fetch.isMutation,
    body: fetch.bodyStart + rest,
    asked: fetch.selection + rest,
    passes: run.passes,
  });
  if (passed !== undefined) {
    run.passed = passed;
    return;
  }
  const prefix = fetch.path.filter((step) => step !== '@');
  for (const error of failure === undefined ? errors : failedFields(fetch, failure, undefined)) {
    const path = [...prefix, ...renamePath(fetch.outputRewrites, error.path ?? [])];
    run.errors.push(toClientError(fetch.subgraph, error, path, run.clientNames));
  }
  if (data === null) return;
  run.stringTraits |= stringTraits;
  run.onAnswer?.(fetch, data);
  applyRewrites(fetch.outputRewrites, data, run.matches);
  for (const [index, target] of targets.entries())
    mergeInto(target, index === 0 ? data : copyJson(data), run.matches);
}

/** Entities whose surroundings give the same values share a request. */
async function fetchEntitiesInContext(
  fetch: ExecutableFetch,
  group: EntityGrouper,
  run: PlanRun,
): Promise<void> {
  const groups = new Map<string, { readonly variables: Variables; readonly objects: JsonObject[] }>();
  const own = variablesOfFetch(fetch, run);
  for (const location of collectLocations(run.data, fetch.path)) {
    const context = Object.entries(contextVariables(fetch.contextRewrites, location, run.matches));
    const variables = new Map([...own, ...context.map(([name, value]) => [name, writeJson(value)] as const)]);
    const key = variablesText(variables);
    const same = groups.get(key);
    if (same === undefined) groups.set(key, { variables, objects: [location.object] });
    else same.objects.push(location.object);
  }
  await Promise.all(
    [...groups.values()].map(({ variables, objects }) =>
      fetchEntities(fetch, group, objects, variables, run),
    ),
  );
}

/** Each entity is asked for once, however often it stands in the response. */
async function fetchEntities(
  fetch: ExecutableFetch,
  group: EntityGrouper,
  objects: readonly JsonObject[],
  variables: Variables,
  run: PlanRun,
): Promise<void> {
  const grouped = group(objects);
  const { groups: all, incomplete } = grouped;
  // After a failure, or an entity that another subgraph does not know, parts are missing and it has been said why.
  if (incomplete.length > 0 && run.errors.length === 0 && !run.missesEntities)
    reportIncomplete(fetch, incomplete, run);
  if (all.length === 0) return;
  const isAlone = run.waiting === 0;
  const union = run.canShare ? uniteObjects(run.data, fetch.path, all, isAlone) : undefined;
  if (union !== undefined) {
    run.sharesObjects = true;
    if (!isAlone) run.unions.push(union);
  }
  const groups = fetch.known === undefined ? all : graftKnown(fetch.known, grouped, run);
  if (groups.length === 0) return;
  const representations = groups.map(({ representation }) => representation);
  const { answers, errors, arriving } = run.entities.fetch(fetch, representations, variables);
  const known = run.unions.length;
  if (arriving !== undefined) {
    run.waiting += 1;
    await arriving;
    run.waiting -= 1;
  }
  const unions = run.unions.length === known ? undefined : run.unions.slice(known);
  for (const error of errors)
    run.errors.push(toClientError(fetch.subgraph, error, pathOutsideLists(fetch), run.clientNames));

  let placesOf: ((object: JsonObject) => readonly Location['path'][]) | undefined;
  let failures = 0;
  /** At every place; how many there are. */
  const report = (targets: readonly JsonObject[], error: SubgraphError): number => {
    placesOf ??= findPlaces(collectLocations(run.data, fetch.path));
    const path = renamePath(fetch.outputRewrites, error.path ?? []);
    const places = targets.flatMap(placesOf);
    for (const place of places)
      run.errors.push(toClientError(fetch.subgraph, error, [...place, ...path], run.clientNames));
    return places.length;
  };
  for (let index = 0; index < groups.length; index += 1) {
    const { representation, objects: asked } = groups[index] as EntityGroup;
    const targets = unions === undefined ? asked : standing(asked, unions);
    const answer = answers[index] as EntityAnswer;
    for (const error of answer.errors) report(targets, error);
    if (answer.failure !== undefined && failures < MAX_ERRORS_OF_FAILURE) {
      for (const error of failedFields(fetch, answer.failure, representation))
        failures += report(targets, error);
    }
    graft(fetch, answer, targets, run);
  }
}

/**
 * The objects that stand where these stood when a fetch was sent: equal ones may have become one since, by a fetch of another
 * branch of the plan.
 */
function standing(objects: readonly JsonObject[], unions: readonly Union[]): readonly JsonObject[] {
  let now: JsonObject[] | undefined;
  for (const [index, object] of objects.entries()) {
    let other = object;
    for (const union of unions) other = union.get(other) ?? other;
    if (other !== object) (now ??= [...objects])[index] = other;
  }
  return now === undefined ? objects : [...new Set(now)];
}

/** @returns The entities that have to be asked for. */
function graftKnown(fields: KnownFields, entities: GroupedEntities, run: PlanRun): readonly EntityGroup[] {
  const known = readKnownFields(fields, entities, run.data, run.sharesObjects);
  if (known.size === 0) return entities.groups;
  return entities.groups.filter((group) => {
    const value = known.get(group);
    if (value === undefined) return true;
    for (const object of group.objects) mergeInto(object, value, run.matches);
    return false;
  });
}

function graft(
  fetch: ExecutableFetch,
  answer: EntityAnswer,
  targets: readonly JsonObject[],
  run: PlanRun,
): void {
  const { value } = answer;
  if (value === null) {
    run.missesEntities = true;
    return;
  }
  if (!answer.isRewritten) {
    answer.isRewritten = true;
    run.onAnswer?.(fetch, { _entities: [value] });
    applyRewrites(fetch.outputRewrites, value, run.matches);
  }
  for (const target of targets) {
    const isFirst = answer.uses === 0;
    answer.uses += 1;
    // Names are distinct in the whole operation, so one entity may stand wherever it is asked for: what one place
    // adds to it is as true at the others. Where that does not hold, each place has a copy.
    if (isFirst || run.canShare) mergeInto(target, value, run.matches);
    else mergeInto(target, copyJson(value), run.matches);
    if (!isFirst && run.canShare) run.sharesObjects ||= Object.values(value).some(isComposite);
  }
}

function reportIncomplete(fetch: ExecutableFetch, objects: readonly JsonObject[], run: PlanRun): void {
  const placesOf = findPlaces(collectLocations(run.data, fetch.path));
  const error = {
    message: `service '${fetch.subgraph}' could not be asked: a key or required field is missing`,
    extensions: { code: 'INCOMPLETE_ENTITY' },
  };
  for (const object of objects) {
    const { __typename } = object;
    for (const { path = [] } of failedFields(fetch, error, JSON.stringify({ __typename }))) {
      const key = renamePath(fetch.outputRewrites, path);
      for (const place of placesOf(object))
        run.errors.push(toClientError(fetch.subgraph, error, [...place, ...key], run.clientNames));
    }
  }
}

function findPlaces(locations: readonly Location[]): (object: JsonObject) => readonly Location['path'][] {
  const places = new Map<JsonObject, Location['path'][]>();
  for (const { object, path } of locations) {
    const known = places.get(object);
    if (known === undefined) places.set(object, [path]);
    else known.push(path);
  }
  return (object) => places.get(object) ?? [];
}

/** Where an error about a fetch as a whole stands: the longest part of its path that has no list in it. */
function pathOutsideLists({ path }: ExecutableFetch): readonly string[] {
  const list = path.indexOf('@');
  return list === -1 ? path : path.slice(0, list);
}
