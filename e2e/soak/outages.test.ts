import { describe, expect, it } from '@jest/globals';
import { Outages } from './outages.ts';

describe("the soak's outages", () => {
  it('excuse requests that met one, and no others', () => {
    const outages = new Outages();
    const end = outages.begin('accounts', 1_000);
    end(2_000);
    outages.begin('stock', 9_000);

    const met = (startMs: number, endMs: number): readonly string[] => [...outages.during(startMs, endMs)];

    expect(met(0, 999)).toEqual([]);
    expect(met(500, 1_000)).toEqual(['accounts']);
    expect(met(1_200, 1_300)).toEqual(['accounts']);
    expect(met(3_400, 3_450)).toEqual(['accounts']);
    expect(met(3_600, 4_000)).toEqual([]);
    expect(met(0, 9_500)).toEqual(['accounts', 'stock']);
    expect(met(99_000, 99_001)).toEqual(['stock']);
  });
});
