import { describe, expect, it } from '@jest/globals';
import { packRequests, type RequestPart } from './pack-requests.ts';

/** @param context Values by variable; undefined: the surroundings have nothing for it. */
const part = (context: Readonly<Record<string, string | undefined>>, entities = 1): RequestPart => ({
  fetch: {
    contextRewrites: Object.keys(context).map((renameKeyTo) => ({
      kind: 'KeyRenamer',
      path: ['..'],
      renameKeyTo,
    })),
  },
  representations: Array.from({ length: entities }, () => '{}'),
  variables: new Map(
    Object.entries(context).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  ),
});

describe('parts of requests', () => {
  it('travel together unless their surroundings give a variable different values', () => {
    const euro = part({ currency: '"EUR"' });
    const dollar = part({ currency: '"USD"' });
    const nothing = part({ currency: undefined });
    const finnish = part({ language: '"fi"' });
    const both = part({ currency: '"USD"', language: '"fi"' });
    const any = part({});

    expect(packRequests([euro, dollar, any, nothing, finnish, both], 100)).toEqual([
      [euro, any, finnish],
      [dollar, both],
      [nothing],
    ]);
  });

  it('are compared with the 32 last requests at most', () => {
    const values = Array.from({ length: 40 }, (_, index) => part({ currency: String(index) }));
    const [first] = values;
    const last = values.at(-1);

    const requests = packRequests(
      [...values, first, last].filter((each) => each !== undefined),
      100,
    );

    expect(requests).toHaveLength(41);
    expect(requests.slice(-2)).toEqual([[last, last], [first]]);
  });

  it('are no more together than a request may ask for', () => {
    const [five, four, six, one, ten] = [5, 4, 6, 1, 10].map((entities) => part({}, entities));

    const requests = packRequests(
      [five, four, six, one, ten].filter((each) => each !== undefined),
      10,
    );

    expect(requests).toEqual([[five, four, one], [six], [ten]]);
  });
});
