import { buildSchema, type GraphQLSchema } from 'graphql';
import { readFile } from 'node:fs/promises';

/** Types only: fields are answered by the methods and properties of the objects in root.ts and beside it. */
export async function loadPlatformSchema(): Promise<GraphQLSchema> {
  return buildSchema(await readFile(new URL('./platform.graphql', import.meta.url), 'utf8'));
}
