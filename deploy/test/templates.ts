import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Resource {
  readonly Type: string;
  // A test knows what it asks for.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly Properties: any;
  readonly DeletionPolicy?: string;
}
export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
}

export const deployFolder = join(import.meta.dirname, '..');
const SUFFIX = '.template.json';

/** Templates of an environment by the name of their stack, without what all names begin with. */
export function readTemplates(environment: string): Readonly<Record<string, Template>> {
  const folder = join(deployFolder, 'cdk.out', environment);
  const entries = readdirSync(folder)
    .filter((file) => file.endsWith(SUFFIX))
    .map((file) => [
      file.slice(`tributary-${environment}-`.length, -SUFFIX.length),
      JSON.parse(readFileSync(join(folder, file), 'utf8')) as Template,
    ]);
  return Object.fromEntries(entries) as Record<string, Template>;
}

export const resourcesOf = ({ Resources }: Template, type: string): readonly Resource[] =>
  Object.values(Resources).filter(({ Type }) => Type === type);
