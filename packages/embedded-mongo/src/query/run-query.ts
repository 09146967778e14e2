import { Double, Int32 } from 'bson';
import { isDocument, type Doc } from '../bson/value.ts';
import type { Variables } from '../aggregate/expression.ts';
import type { Collection, RecordId, StoredRecord } from '../storage/collection.ts';
import { getKey, scan, scanReverse } from '../storage/tree.ts';
import { compileFilter, type MatchDetails } from './match.ts';
import { choosePlan, type Plan } from './plan.ts';
import type { Collation } from './collation.ts';
import { sortDocuments } from './sort.ts';
import { findTextSearch, type TextSearch } from './text-search.ts';

export interface Query {
  readonly filter: Doc;
  readonly sort?: Doc | undefined;
  readonly skip?: number | undefined;
  /** 0 or absent: no limit. */
  readonly limit?: number | undefined;
  readonly hint?: unknown;
  readonly variables?: Variables | undefined;
  readonly collation?: Collation | undefined;
}

export interface Hit {
  readonly id: RecordId;
  readonly doc: Doc;
  readonly details: MatchDetails;
}

/** What `explain` reports: counted while running, not estimated. */
export interface QueryStatistics {
  keysExamined: number;
  docsExamined: number;
}

export interface QueryResult {
  readonly plan: Plan;
  readonly statistics: QueryStatistics;
  readonly hits: Hit[];
  /** The `$text` of the filter. */
  readonly text?: TextSearch | undefined;
}

/** Runs a query over one collection state; an absent collection is an empty one. */
export function runQuery(collection: Collection | undefined, query: Query): QueryResult {
  const statistics: QueryStatistics = { keysExamined: 0, docsExamined: 0 };
  const { filter, variables, collation } = query;
  const text = findTextSearch(collection, filter);
  const matches = compileFilter(filter, { variables, collation, text });
  const plan: Plan = collection
    ? choosePlan(collection, { ...query, text })
    : { kind: 'COLLSCAN', direction: 1, providesSort: true };
  if (!collection) return { plan, statistics, hits: [], text };
  const skip = query.skip ?? 0;
  const limit = query.limit !== undefined && query.limit > 0 ? query.limit : Number.POSITIVE_INFINITY;
  const enough = plan.providesSort ? skip + limit : Number.POSITIVE_INFINITY;
  const hits: Hit[] = [];
  for (const [id, { doc }] of candidates(collection, plan, statistics)) {
    if (hits.length >= enough) break;
    statistics.docsExamined += 1;
    const details: MatchDetails = {};
    if (matches(doc, details)) hits.push({ id, doc, details });
    if (hits.length >= enough) break;
  }
  const ordered = plan.providesSort ? hits : sortHits(hits, query, text);
  return { plan, statistics, hits: ordered.slice(skip, skip + limit), text };
}

/** No field of a document has such a name. */
const SCORE = '\0textScore';

function sortHits(
  hits: readonly Hit[],
  { sort = {}, collation }: Query,
  text: TextSearch | undefined,
): Hit[] {
  const byDocument = new Map(
    hits.map((hit) => [text ? { ...hit.doc, [SCORE]: new Double(text.score(hit.doc)) } : hit.doc, hit]),
  );
  const fields = Object.entries(sort).map(([name, way]) =>
    text && isTextScore(way) ? [SCORE, new Int32(-1)] : [name, way],
  );
  const order = Object.fromEntries(fields) as Doc;
  return sortDocuments([...byDocument.keys()], order, collation).flatMap((doc) => byDocument.get(doc) ?? []);
}

/** `{$meta: 'textScore'}`, of a projection or an order. */
export const isTextScore = (value: unknown): boolean => isDocument(value) && value['$meta'] === 'textScore';

function* candidates(
  collection: Collection,
  plan: Plan,
  statistics: QueryStatistics,
): Generator<readonly [RecordId, StoredRecord]> {
  if (plan.kind === 'COLLSCAN') {
    yield* plan.direction === 1 ? scan(collection.records) : scanReverse(collection.records);
    return;
  }
  // An array or several ranges can reach one document more than once.
  const { arrayFields, definition } = plan.index;
  const seen = arrayFields.size > 0 || definition.text ? new Set<RecordId>() : undefined;
  const ranges = plan.direction === 1 ? plan.ranges : [...plan.ranges].reverse();
  const walk = plan.direction === 1 ? scan : scanReverse;
  for (const range of ranges) {
    for (const [, id] of walk(plan.index.entries, range)) {
      statistics.keysExamined += 1;
      if (seen?.has(id)) continue;
      seen?.add(id);
      const record = getKey(collection.records, id);
      if (record) yield [id, record];
    }
  }
}
