import { MongoError } from '../errors.ts';
import { isDocument, type Doc } from '../bson/value.ts';
import { compileStage } from './stages/index.ts';
import type { Variables } from './expression.ts';

const ALLOWED = new Set(['$addFields', '$set', '$project', '$unset', '$replaceRoot', '$replaceWith']);

/** An update written as aggregation stages, each turning one document into one. */
export function compileUpdatePipeline(pipeline: readonly unknown[], variables: Variables): (doc: Doc) => Doc {
  const stages = pipeline.map((stage) => {
    const name = isDocument(stage) ? (Object.keys(stage)[0] ?? '') : '';
    if (!ALLOWED.has(name))
      throw new MongoError(
        'InvalidOptions',
        `${name || 'This stage'} is not allowed to be used within an update`,
      );
    return compileStage(stage);
  });
  return (doc) => {
    const input: Doc[] = [doc];
    const [result] = stages.reduce((docs, run) => run(docs, { variables, lookup: noLookup }), input);
    if (!result) throw new MongoError('InternalError', 'an update pipeline has to yield a document');
    const id = doc['_id'];
    return id === undefined || result['_id'] !== undefined ? result : { _id: id, ...result };
  };
}

function noLookup(): never {
  throw new MongoError('InvalidOptions', 'an update pipeline cannot read other collections');
}
