import { isArray } from '../bson/value.ts';
import { compareValues } from '../query/compare.ts';
import { parsePath, valuesAt } from '../query/path.ts';
import { runQuery } from '../query/run-query.ts';
import { encodeKey } from '../storage/key.ts';
import type { Command } from './command.ts';
import { documentField, namespaceOf, textField } from './fields.ts';

export const distinct: Command = {
  fields: ['key', 'query', 'hint'],
  refused: ['collation'],
  inTransaction: true,
  run({ store, db, body }) {
    const path = parsePath(textField(body, 'key'));
    const { hits } = runQuery(store.collection(namespaceOf(db, body['distinct'])), {
      filter: documentField(body, 'query') ?? {},
      hint: body['hint'],
    });
    const values = new Map<string, unknown>();
    for (const { doc } of hits) {
      for (const value of valuesAt(doc, path).flatMap((found) => (isArray(found) ? found : [found]))) {
        const key = encodeKey(value);
        if (!values.has(key)) values.set(key, value);
      }
    }
    return { values: [...values.values()].sort(compareValues) };
  },
};
