import { readJsonBody, startHttpServer, type Logger } from '@tributary/service-kit';
import * as z from 'zod';
import { apiRoute, type Weather } from './api.ts';
import { authenticateRoute } from './authenticate-page.ts';
import { openBooks, type Books } from './books.ts';
import { canceled, findIntent } from './intents.ts';
import type { BookObject, DueObject } from './objects.ts';
import { settleRefund } from './refunds.ts';
import { deliverWebhooks, type WebhookOptions } from './webhooks.ts';

const DUE_EVERY_MS = 100;
const MAX_BODY_BYTES = 1024;

const WeatherInput = z.strictObject({
  delayMs: z.int().min(0).max(600_000).optional(),
  loseAnswers: z.number().min(0).max(1).optional(),
});

export interface SandboxOptions {
  readonly host: string;
  /** 0 picks a free port. */
  readonly port: number;
  /** Where people reach it; undefined: where it listens. */
  readonly publicUrl?: string | undefined;
  /** Holds the provider's books. */
  readonly dataFolder: string;
  readonly apiKey: string;
  /** Undefined: events are only listed. */
  readonly webhook: WebhookOptions | undefined;
  readonly logger: Logger;
}

export interface SandboxProvider {
  /** Origin, without a trailing slash. */
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * A payment provider of test cards, shaped as Stripe's API: a company of its own, with its own books.
 *
 * An effect and the answer of its key are written together and are on disk before anything is answered.
 */
export async function startSandboxProvider(options: SandboxOptions): Promise<SandboxProvider> {
  const books = await openBooks(options.dataFolder);
  const weather: Weather = { delayMs: 0, loseAnswers: 0 };
  let url = '';
  const publicUrl = (): string => options.publicUrl ?? url;
  const server = await startHttpServer({
    host: options.host,
    port: options.port,
    routes: {
      '/v1/': apiRoute({ books, apiKey: options.apiKey, publicUrl, weather }),
      '/authenticate/': authenticateRoute(books),
      '/weather': async (request, response) => {
        Object.assign(weather, WeatherInput.parse(await readJsonBody(request, MAX_BODY_BYTES)));
        response.writeHead(204).end();
      },
    },
    readiness: [],
    logger: options.logger,
  });
  url = server.url;
  const deliveries = options.webhook && deliverWebhooks(books, options.webhook, options.logger);
  const timer = setInterval(() => {
    settleDue(books);
  }, DUE_EVERY_MS);
  return {
    url,
    stop: async () => {
      clearInterval(timer);
      await server.close();
      await deliveries?.stop();
      await books.close();
    },
  };
}

/** Lets happen what happens by itself. */
function settleDue(books: Books): void {
  const now = Date.now();
  for (const due of books.list('due')) {
    if (!due.done && due.at <= now) books.put(...happening(books, due), { ...due, done: true });
  }
}

function happening(books: Books, { kind, subject }: DueObject): readonly BookObject[] {
  if (kind === 'refund_succeeds') return settleRefund(books, subject, 'succeeded');
  if (kind === 'refund_fails') return settleRefund(books, subject, 'failed');
  const intent = findIntent(books, subject);
  return intent.status === 'requires_capture' ? canceled(intent) : [];
}
