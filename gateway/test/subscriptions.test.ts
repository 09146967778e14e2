import { describe, expect, it } from '@jest/globals';
import { federate } from '../src/testing/federate.ts';

describe('a subscription', () => {
  it('is refused with where to subscribe instead, and the gateway goes on', async () => {
    const graph = await federate({
      ticks: {
        sdl: 'type Query { now: Int } type Subscription { tick: Int }',
        resolvers: { Query: { now: () => 1 } },
      },
    });

    const { status, errors } = await graph.query('subscription { tick }');

    expect(status).toBe(400);
    expect(errors?.[0]?.extensions?.code).toBe('SUBSCRIPTION_DISABLED');
    expect(errors?.[0]?.message).toContain('docs/subscriptions.md');
    expect((await graph.query('{ now }')).data).toEqual({ now: 1 });
    await graph.stop();
  });
});
