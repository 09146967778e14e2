import { describe, expect, it } from '@jest/globals';
import { InFlight } from './in-flight.ts';

describe('what is in flight', () => {
  it('stays findable until it ends, however much comes and goes meanwhile', () => {
    const inFlight = new InFlight<object>();
    const long = {};
    inFlight.set('long', long);
    for (let index = 0; index < 10_000; index += 1) {
      const short = {};
      inFlight.set(String(index), short);
      expect(inFlight.get(String(index))).toBe(short);
      inFlight.delete(String(index), short);
    }
    expect(inFlight.get('long')).toBe(long);
    expect(inFlight.size).toBe(1);
  });

  it('is not ended by who had the key before', () => {
    const inFlight = new InFlight<object>();
    const [earlier, later] = [{}, {}];
    inFlight.set('key', earlier);
    inFlight.set('key', later);
    inFlight.delete('key', earlier);
    expect(inFlight.get('key')).toBe(later);
    inFlight.delete('key', later);
    expect(inFlight.get('key')).toBeUndefined();
  });
});
