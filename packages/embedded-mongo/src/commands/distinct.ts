import { isArray } from '../bson/value.ts';
import { compareValues } from '../query/compare.ts';
import { parsePath, valuesAt } from '../query/path.ts';
import { readCollation } from '../query/collation.ts';
import { runQuery } from '../query/run-query.ts';
import { encodeKey } from '../storage/key.ts';
import type { Command } from './command.ts';
import { documentField, namespaceOf, textField } from './fields.ts';

export const distinct: Command = {
  fields: ['key', 'query', 'collation', 'hint'],
  inTransaction: true,
  run({ store, db, body }) {
    const collation = readCollation(body['collation']);
    const path = parsePath(textField(body, 'key'));
    const { hits } = runQuery(store.collection(namespaceOf(db, body['distinct'])), {
      filter: documentField(body, 'query') ?? {},
      hint: body['hint'],
      collation,
    });
    const values = new Map<string, unknown>();
    for (const { doc } of hits) {
      for (const value of valuesAt(doc, path).flatMap((found) => (isArray(found) ? found : [found]))) {
        const key = encodeKey(collation ? collation.fold(value) : value);
        if (!values.has(key)) values.set(key, value);
      }
    }
    return { values: [...values.values()].sort((a, b) => compareValues(a, b, collation?.compare)) };
  },
};
