import type { AttributeDefinition } from '../domain/attribute-definition.ts';
import { SAMPLE_SHELVES } from './sample-shelves.ts';

/** What the shelves say of their goods: each value that occurs is an option. */
export function sampleAttributes(): readonly AttributeDefinition[] {
  const options = new Map<string, Set<string>>();
  const add = (code: string, values: readonly string[]): void => {
    const known = options.get(code) ?? new Set();
    for (const value of values) known.add(value);
    options.set(code, known);
  };
  for (const shelf of SAMPLE_SHELVES) {
    for (const [code, values] of Object.entries(shelf.attributes)) add(code, values);
    for (const { code, values } of shelf.options) add(code, values);
  }
  return [...options].map(([code, values]) => ({
    code,
    name: `${code.charAt(0).toUpperCase()}${code.slice(1).replaceAll('_', ' ')}`,
    type: 'OPTION',
    unit: null,
    options: [...values],
    filterable: true,
  }));
}
