import { ClientError } from '@tributary/service-kit';
import { requireScope, type TypedId } from '@tributary/subgraph-kit';
import { EventQueue } from '@tributary/subgraph-kit/subscriptions';
import type { PaymentsContext } from '../context.ts';
import { checkoutId, paymentId } from '../domain/ids.ts';
import type { ChangedThing, ChangeFeed } from '../store/change-feed.ts';
import { findCheckout, findPayment } from './find.ts';

interface ById {
  readonly id: string;
  /** A guest's. */
  readonly clientSecret?: string | null;
}

type Find<T> = (
  context: PaymentsContext,
  id: string,
  clientSecret: ById['clientSecret'],
) => Promise<T | null>;

/** Orders that may wait for a subscriber to read them. */
const MAX_WAITING_ORDERS = 1_000;

/** There is none, or it is not theirs. */
export class NothingToWatchError extends ClientError {
  readonly code = 'NOT_FOUND';
  readonly status = 404;
  constructor(thing: ChangedThing) {
    super(`There is no such ${thing}.`);
  }
}

export const createSubscription = (changes: ChangeFeed) => ({
  checkoutUpdated: watch(changes, 'checkout', checkoutId, findCheckout),
  paymentUpdated: watch(changes, 'payment', paymentId, findPayment),
  orderCreated: {
    subscribe: (_: unknown, __: unknown, { viewer }: PaymentsContext) => {
      requireScope(viewer, 'orders:read');
      const queue = new EventQueue<string>({
        maxWaiting: MAX_WAITING_ORDERS,
        onEnd: () => {
          end();
        },
      });
      const end = changes.listen('order', undefined, {
        changed: (id) => {
          queue.push(id);
        },
      });
      return queue;
    },
    resolve: (id: string, _: unknown, { loaders }: PaymentsContext) => loaders.order.load(id),
  },
});

/** What one thing is: now, and after each change. Whether the caller may see it is asked each time. */
function watch<T>(changes: ChangeFeed, thing: ChangedThing, ids: TypedId, find: Find<T>) {
  const findVisible = async (context: PaymentsContext, { id, clientSecret }: ById): Promise<T> => {
    const found = await find(context, id, clientSecret);
    if (found === null) throw new NothingToWatchError(thing);
    return found;
  };
  return {
    subscribe: async (_: unknown, args: ById, context: PaymentsContext) => {
      const queue = new EventQueue<true>({
        maxWaiting: 1,
        onEnd: () => {
          end();
        },
      });
      const changed = (): void => {
        queue.push(true);
      };
      // First: a change between looking and listening would be told to nobody.
      const end = changes.listen(thing, ids.toUuid(args.id) ?? '', { changed, missed: changed });
      try {
        await findVisible(context, args);
      } catch (error) {
        await queue.return();
        throw error;
      }
      changed();
      return queue;
    },
    resolve: (_: unknown, args: ById, context: PaymentsContext) => findVisible(context, args),
  };
}
