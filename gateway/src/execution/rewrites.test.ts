import { describe, expect, it } from '@jest/globals';
import type { Location } from './collect-at-path.ts';
import { applyRewrites, contextVariables, renamePath } from './rewrites.ts';

/** `Cat` and `Dog` are pets. */
const matches = (condition: string, typename: string): boolean =>
  condition === typename || (condition === 'Pet' && ['Cat', 'Dog'].includes(typename));

describe('rewriting data', () => {
  it('sets a value on objects of a type, through lists', () => {
    const data = { pets: [{ __typename: 'Cat' }, { __typename: 'Fish' }, null] };

    applyRewrites(
      [{ kind: 'ValueSetter', path: ['pets', '... on Pet', '__typename'], setValueTo: 'Pet' }],
      data,
      matches,
    );

    expect(data).toEqual({ pets: [{ __typename: 'Pet' }, { __typename: 'Fish' }, null] });
  });

  it('gives a key its own name back, null included', () => {
    const data = { a: { name__alias_0: null }, b: { other: 1 } };

    applyRewrites([{ kind: 'KeyRenamer', path: ['a', 'name__alias_0'], renameKeyTo: 'name' }], data, matches);
    applyRewrites([{ kind: 'KeyRenamer', path: ['b', 'name__alias_0'], renameKeyTo: 'name' }], data, matches);

    expect(data).toEqual({ a: { name: null }, b: { other: 1 } });
  });

  it('does so in the paths of errors', () => {
    const rename = [
      { kind: 'KeyRenamer', path: ['... on Cat', 'owner', 'name__alias_0'], renameKeyTo: 'name' },
    ] as const;
    const rewrites = rename.map((rewrite) => ({ ...rewrite, path: [...rewrite.path] }));

    expect(renamePath(rewrites, ['owner', 3, 'name__alias_0', 'first'])).toEqual([
      'owner',
      3,
      'name',
      'first',
    ]);
    expect(renamePath(rewrites, ['friend', 'name__alias_0'])).toEqual(['friend', 'name__alias_0']);
  });
});

describe('values of the surroundings', () => {
  const location: Location = {
    object: { __typename: 'Offer' },
    ancestors: [{ __typename: 'List' }, { __typename: 'Cat', home: { city: 'Paris' } }],
    path: [],
  };
  const take = (path: string[]) =>
    contextVariables([{ kind: 'KeyRenamer', path, renameKeyTo: 'value' }], location, matches);

  it('are found going up and then down', () => {
    expect(take(['..', '..', '... on Pet', 'home', 'city'])).toEqual({ value: 'Paris' });
  });

  it('are absent when the type around is another', () => {
    expect(take(['..', '..', '... on Fish', 'home', 'city'])).toEqual({});
    expect(take(['..', '..', '..', '... on Pet', 'home', 'city'])).toEqual({});
  });
});
