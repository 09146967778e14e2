import { host, httpUrl, logLevel, parseConfig, port } from '@tributary/service-kit';
import * as z from 'zod';

const secret = z.string({ error: 'is required' }).min(16, { error: 'must have at least 16 characters' });

const Config = z.object({
  HOST: host,
  PORT: port(4004),
  LOG_LEVEL: logLevel,
  /** Folder of the provider's books; made when missing. */
  DATA_FOLDER: z.string({ error: 'is required' }).min(1),
  /** What clients send as their bearer token. */
  API_KEY: secret,
  /** Where events are posted; without it they are only listed. */
  WEBHOOK_URL: httpUrl.optional(),
  /** Signs what is posted there. */
  WEBHOOK_SECRET: secret.optional(),
  /** A number: events are then repeated, delayed and out of order, the same way for the same number. */
  DISTURB_WEBHOOKS: z.coerce.number({ error: 'must be a number' }).int().optional(),
  /** Where people reach this server, for the pages that buyers are sent to. */
  PUBLIC_URL: httpUrl.optional(),
});
export type Config = z.infer<typeof Config>;

/** @throws ConfigurationError naming every problem. */
export const loadConfig = (env: Readonly<Record<string, string | undefined>>): Config =>
  parseConfig('sandbox-provider', Config, env);
