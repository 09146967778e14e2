/**
 * services.json: what is built, run and deployed. The bundles, the images, the stacks and the pipelines read it;
 * tests/services.test.ts holds the files that cannot (compose, bake, rover.yaml) to it.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

const Service = z.strictObject({
  name: z.string().regex(/^[a-z][a-z-]*$/),
  /**
   * Subgraphs have a contract, the gateway is the one that the world reaches, `internal` is neither. A `sandbox` stands in
   * for another company where no real money is: one instance, because its books have one writer.
   */
  kind: z.enum(['subgraph', 'gateway', 'internal', 'sandbox']),
  /** Its folder; src/main.ts is below. */
  folder: z.string(),
  port: z.int(),
  /** The kind of store it owns; it has a `migrate` command then. */
  store: z.enum(['postgres', 'mongo']).optional(),
  /** What it writes to /var/lib/tributary outlives its instances. */
  state: z.boolean().default(false),
  /** Files and folders it reads while it runs, from the repository's root. */
  files: z.array(z.string()).default([]),
  /** Files and folders that its code looks for beside itself: name in dist/, and source below src/. */
  beside: z.record(z.string(), z.string()).default({}),
  /** Programs of its threads: file in dist/, and source below src/. */
  threads: z.record(z.string().regex(/^[a-z-]+\.m?js$/), z.string()).default({}),
  /** Packages with machine code, which cannot be bundled. */
  native: z.array(z.string()).default([]),
  /** What the world reaches of it: paths below the graph's name (with / at the end, all below), or a name of its own. */
  public: z.strictObject({ paths: z.array(z.string()).optional(), host: z.string().optional() }).optional(),
  /** Services it calls; nobody else is let through to them. */
  calls: z.array(z.string()).default([]),
  /** Files below /run/secrets that it needs, by the setting that names them. The one with its store's URL comes on top. */
  secrets: z.record(z.string(), z.string()).default({}),
  /** Settings that are the same wherever services reach each other by name. */
  settings: z.record(z.string(), z.string()).default({}),
  /** What it gets on top where people use it; {{api}} and {{registry}} stand for public names, {{paymentProvider}} for who moves the money. */
  deployed: z
    .strictObject({
      secrets: z.record(z.string(), z.string()).default({}),
      settings: z.record(z.string(), z.string()).default({}),
    })
    .optional(),
  /** Arguments it gets before those of the command line, in a container. */
  arguments: z.array(z.string()).default([]),
});
export type Service = z.infer<typeof Service>;

/** The repository's, or in a bundle the folder of the bundle: what it needs of the repository lies beside it. */
export const root = import.meta.filename.endsWith('.ts')
  ? join(import.meta.dirname, '../..')
  : import.meta.dirname;

export const readServices = (): readonly Service[] =>
  z.array(Service).parse(JSON.parse(readFileSync(join(root, 'services.json'), 'utf8')));

/** @throws Error naming the services there are. */
export function findService(name: string): Service {
  const services = readServices();
  const service = services.find((each) => each.name === name);
  if (service !== undefined) return service;
  throw new Error(`There is no service "${name}": ${services.map((each) => each.name).join(', ')}.`);
}
