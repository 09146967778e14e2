import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

const Tasks = z.strictObject({
  /** Of one task, the two containers beside the service included; 1024 are one vCPU. */
  cpu: z.int(),
  memoryMiB: z.int(),
  minTasks: z.int().min(1),
  maxTasks: z.int().min(1),
});
export type Tasks = z.infer<typeof Tasks>;

const Environment = z.strictObject({
  region: z.string(),
  /** Public names, both in the one certificate: of the graph with what else clients reach, and of the registry. */
  hosts: z.strictObject({ api: z.string(), registry: z.string() }),
  availabilityZones: z.int().min(2).max(3),
  /** One for all zones is cheaper, one for each outlives the loss of a zone. */
  natGateways: z.int().min(1).max(3),
  /** Stores may be deleted with their stacks. */
  isDisposable: z.boolean(),
  /** How long a tenth of the callers meets a new gateway before all do. */
  canaryMinutes: z.int().min(1),
  /** How long the old tasks stay after a new version has all callers. */
  bakeMinutes: z.int().min(1),
  /** Each service that needs one has a cluster of its own. Capacities are in ACU, about 2 GiB each. */
  postgres: z.strictObject({
    minCapacity: z.number(),
    maxCapacity: z.number(),
    readers: z.int(),
    backupDays: z.int(),
  }),
  /** DocumentDB, or MongoDB Atlas, whose URI is then a secret: tributary/ENVIRONMENT/products/mongodb-uri. */
  documents: z.union([
    z.strictObject({
      minCapacity: z.number(),
      maxCapacity: z.number(),
      instances: z.int(),
      backupDays: z.int(),
    }),
    z.literal('atlas'),
  ]),
  /** Who moves the money: the sandbox provider, which moves none, or Stripe. */
  paymentProvider: z.enum(['sandbox', 'stripe']),
  gateway: Tasks,
  /** Every other service. */
  service: Tasks,
});
export type Environment = z.infer<typeof Environment> & { readonly name: string };

const folder = join(import.meta.dirname, '../environments');

export const ENVIRONMENT_NAMES: readonly string[] = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .map((file) => file.slice(0, -'.json'.length))
  .sort();

/** @throws ZodError naming what is wrong in environments/NAME.json. */
export const loadEnvironment = (name: string): Environment => ({
  name,
  ...Environment.parse(JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'))),
});

/** Fills in what differs between environments: `https://{{api}}/account`. */
export function fillIn({ hosts, paymentProvider }: Environment, text: string): string {
  const values = { ...hosts, paymentProvider };
  return text.replace(
    /\{\{(api|registry|paymentProvider)\}\}/g,
    (_match, name: keyof typeof values) => values[name],
  );
}
