import { MongoError, notSupported } from '../../errors.ts';
import { isDocument } from '../../bson/value.ts';
import { addFields, project, unset } from './fields.ts';
import { bucket } from './bucket.ts';
import { group, sortByCount } from './group.ts';
import { lookup, unionWith } from './lookup.ts';
import { replaceRoot, replaceWith } from './replace-root.ts';
import { count, limit, match, sample, skip, sort } from './simple.ts';
import { facet } from './facet.ts';
import { unwind } from './unwind.ts';
import type { Stage, StageCompiler } from './stage.ts';

const STAGES: Readonly<Record<string, StageCompiler>> = {
  $match: match,
  $sort: sort,
  $limit: limit,
  $skip: skip,
  $count: count,
  $sample: sample,
  $project: project,
  $addFields: addFields,
  $set: addFields,
  $unset: unset,
  $group: group,
  $sortByCount: sortByCount,
  $bucket: bucket,
  $unwind: unwind,
  $lookup: lookup,
  $unionWith: unionWith,
  $facet: facet,
  $replaceRoot: replaceRoot,
  $replaceWith: replaceWith,
};

/** Stages a server has and this one has not; anything else is no stage at all. */
const REFUSED = new Set([
  '$bucketAuto',
  '$collStats',
  '$currentOp',
  '$densify',
  '$documents',
  '$fill',
  '$geoNear',
  '$graphLookup',
  '$indexStats',
  '$listSessions',
  '$listSearchIndexes',
  '$merge',
  '$out',
  '$planCacheStats',
  '$redact',
  '$search',
  '$searchMeta',
  '$setWindowFields',
  '$vectorSearch',
]);

/** @throws MongoError 40324 for a name that is no stage, 115 for one not built here */
export function compileStage(stage: unknown): Stage {
  if (!isDocument(stage) || Object.keys(stage).length !== 1) {
    throw new MongoError(40323, 'A pipeline stage specification object must contain exactly one field.');
  }
  const name = Object.keys(stage)[0] ?? '';
  if (name === '$changeStream')
    throw new MongoError(40602, '$changeStream is only valid as the first stage in a pipeline.');
  if (REFUSED.has(name)) throw notSupported(`the aggregation stage ${name}`);
  const compile = Object.hasOwn(STAGES, name) ? STAGES[name] : undefined;
  if (!compile) throw new MongoError('UnknownStage', `Unrecognized pipeline stage name: '${name}'`);
  return compile(stage[name], name);
}

export function compilePipeline(pipeline: unknown): Stage {
  if (!Array.isArray(pipeline))
    throw new MongoError('TypeMismatch', "'pipeline' option must be specified as an array");
  const stages = pipeline.map(compileStage);
  return (docs, context) => stages.reduce((current, run) => run(current, context), [...docs]);
}
