import { readJsonText, UnauthenticatedError, type RouteHandler } from '@tributary/service-kit';
import { WebhookRefusedError, type PaymentProvider } from '../provider/payment-provider.ts';
import type { InboxStore } from '../store/inbox-store.ts';

const MAX_BODY_BYTES = 256 * 1024;

export interface WebhookRouteOptions {
  readonly provider: PaymentProvider;
  readonly inbox: InboxStore;
  /** Called when there is something to look into. */
  readonly onEvent: () => void;
  readonly now?: () => Date;
}

/** Takes the provider's events: acknowledged when they are on disk, so none is lost and none is waited for. */
export function webhookRoute({
  provider,
  inbox,
  onEvent,
  now = () => new Date(),
}: WebhookRouteOptions): RouteHandler {
  return async (request, response) => {
    if (request.method !== 'POST') {
      response.writeHead(405, { allow: 'POST' }).end();
      return;
    }
    const body = await readJsonText(request, MAX_BODY_BYTES);
    try {
      await inbox.keep(provider.code, provider.readWebhook(body, request.headers, now()));
    } catch (error) {
      if (error instanceof WebhookRefusedError) throw new UnauthenticatedError(error.message);
      throw error;
    }
    response.writeHead(204).end();
    onEvent();
  };
}
