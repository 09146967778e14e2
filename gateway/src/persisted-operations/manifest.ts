import * as z from 'zod';

const Manifest = z.object({
  format: z.literal('apollo-persisted-query-manifest', {
    error: 'must be "apollo-persisted-query-manifest"',
  }),
  version: z.literal(1, { error: 'must be 1' }),
  operations: z.array(
    z.object({
      id: z.string().min(1),
      body: z.string().min(1),
      name: z.string(),
      type: z.enum(['query', 'mutation', 'subscription']),
      clientName: z.string().nullish(),
    }),
  ),
});

/** Operations that were registered before anybody sends them. */
export interface Manifest {
  /** The document with an id, registered for a client or for all. */
  find(id: string, clientName: string | undefined): string | undefined;
  readonly bodies: readonly string[];
}

/** One file's text, and where it is. */
export interface ManifestFile {
  readonly path: string;
  readonly text: string;
}

/** A file is no manifest; the message names it and every problem. */
export class ManifestError extends Error {
  constructor(path: string, problems: readonly string[]) {
    super(`${path} is no manifest of persisted operations: ${problems.join('; ')}`);
    this.name = 'ManifestError';
  }
}

/**
 * Manifests in Apollo's format, as one.
 *
 * @throws ManifestError for a file that is none, and for an id that stands for two documents.
 */
export function readManifests(files: readonly ManifestFile[]): Manifest {
  const documents = new Map<string, { readonly body: string; readonly path: string }>();
  for (const { path, text } of files) {
    for (const { id, clientName, body } of parseManifest(path, text)) {
      const key = keyOf(id, clientName ?? undefined);
      const known = documents.get(key);
      if (known !== undefined && known.body !== body)
        throw new ManifestError(path, [`the operation "${id}" is another one in ${known.path}`]);
      documents.set(key, { body, path });
    }
  }
  return {
    find: (id, clientName) =>
      (
        (clientName === undefined ? undefined : documents.get(keyOf(id, clientName))) ??
        documents.get(keyOf(id, undefined))
      )?.body,
    bodies: [...documents.values()].map(({ body }) => body),
  };
}

function parseManifest(path: string, text: string): z.output<typeof Manifest>['operations'] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new ManifestError(path, [(error as Error).message]);
  }
  const { data, error } = Manifest.safeParse(json);
  if (error !== undefined)
    throw new ManifestError(
      path,
      error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`),
    );
  return data.operations;
}

const keyOf = (id: string, clientName: string | undefined): string =>
  JSON.stringify([id, clientName ?? null]);
