import { describe, expect, it } from '@jest/globals';
import { DemandControl } from './demand-control-yaml.ts';
import { RateLimit, rateLimitConfig } from './rate-limit-yaml.ts';

const demandControl = DemandControl.parse({
  enabled: false,
  strategy: { static_estimated: { list_size: 7 } },
});
const read = (yaml: unknown) => rateLimitConfig(RateLimit.parse(yaml), demandControl);

describe('rate_limit', () => {
  it('counts by token, then by address, and in memory', () => {
    expect(read({})).toMatchObject({
      mode: 'enforce',
      everybody: { capacity: 20_000, refillPerSecond: 1_000 },
      keySources: [{ from: 'claim', name: 'sub' }, { from: 'ip' }],
      trustedProxies: 0,
      exposeHeaders: false,
      redis: undefined,
      // As demand control would, if it were on; and nothing is refused for its cost.
      costs: { appliesTo: true, mode: 'measure', listSize: 7 },
    });
  });

  it('takes everything that can be said', () => {
    expect(
      read({
        capacity: 5,
        refill: 2,
        mode: 'measure',
        key: ['header:X-Key', 'claim:urn:a:b'],
        trusted_proxies: 2,
        clients: { big: { capacity: 50, refill: 20 } },
        expose_headers: true,
        redis: { url: 'rediss://r:6380/1', key_prefix: 'p:', timeout: '1s' },
      }),
    ).toMatchObject({
      mode: 'measure',
      everybody: { capacity: 5, refillPerSecond: 2 },
      keySources: [
        { from: 'header', name: 'x-key' },
        { from: 'claim', name: 'urn:a:b' },
      ],
      trustedProxies: 2,
      clients: new Map([['big', { capacity: 50, refillPerSecond: 20 }]]),
      exposeHeaders: true,
      redis: { url: 'rediss://r:6380/1', keyPrefix: 'p:', timeoutMs: 1_000 },
    });
  });

  it.each([
    [{ key: ['cookie:x'] }, 'must be ip, claim:NAME or header:NAME'],
    [{ key: [] }, 'must name one source or more'],
    [{ capacity: 0 }, 'must be'],
    [{ trusted_proxies: -1 }, 'must not be below 0'],
    [{ redis: { url: 'http://r' } }, 'must be a redis:// or rediss:// URL'],
    [{ clients: { big: { capacity: 5 } } }, 'refill'],
  ])('refuses %j', (yaml, message) => {
    expect(() => read(yaml)).toThrow(message);
  });
});
