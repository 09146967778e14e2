import { readFile } from 'node:fs/promises';

interface HeapSnapshot {
  readonly snapshot: {
    readonly meta: {
      readonly node_fields: readonly string[];
      readonly node_types: readonly (readonly string[] | string)[];
    };
  };
  readonly nodes: readonly number[];
  readonly strings: readonly string[];
}

/**
 * How many objects of a class are alive in a heap snapshot. V8 collects all garbage before it writes one.
 *
 * @see https://github.com/v8/v8/blob/main/src/profiler/heap-snapshot-generator.cc for the format: nodes are rows of
 *   numbers in one array, names indices into `strings`.
 */
export async function countInstances(snapshotFile: string, className: string): Promise<number> {
  const { snapshot, nodes, strings } = JSON.parse(await readFile(snapshotFile, 'utf8')) as HeapSnapshot;
  const { node_fields: fields, node_types: types } = snapshot.meta;
  const [typeAt, nameAt] = [fields.indexOf('type'), fields.indexOf('name')];
  const objectType = types[typeAt]?.indexOf('object');
  const name = strings.indexOf(className);
  let count = 0;
  for (let row = 0; row < nodes.length; row += fields.length) {
    if (nodes[row + typeAt] === objectType && nodes[row + nameAt] === name) count += 1;
  }
  return count;
}
