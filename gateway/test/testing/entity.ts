import { expect } from '@jest/globals';

/** Resolvers of an entity that is what the gateway sent of it, and these fields. */
export const entity = <Fields extends object>(fields: Fields = {} as Fields) => ({
  __resolveReference: (representation: object) => representation,
  ...fields,
});

/** What the gateway asks a subgraph for when it asks for no entities: a document, whose wording is its own. */
export const DOCUMENT: unknown = expect.any(String);

/** All that a subgraph was asked for, once each: two places may be asked together or one after the other. */
export const distinct = (requests: readonly unknown[] | undefined): unknown[] =>
  [...new Set((requests ?? []).flat().map((representation) => JSON.stringify(representation)))]
    .sort()
    .map((text) => JSON.parse(text) as unknown);
