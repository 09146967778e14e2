import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root, type Service } from '../scripts/services/services.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Values that a setting of that name takes, in the place of the file that holds it. */
const SAMPLES: Environment = {
  POSTGRES_URL: 'postgres://user:password@host/database',
  MONGODB_URI: 'mongodb://host/database',
  SMTP_URL: 'smtps://user:password@host',
};

/** Meant for Node itself. */
const OF_NODE = ['NODE_OPTIONS'];

/** Names of all settings that a service's configuration knows; none for one that is configured by a file. */
function settingsOf({ kind, folder }: Service): readonly string[] {
  if (kind === 'gateway') return [];
  const text = readFileSync(join(root, folder, 'src/config.ts'), 'utf8');
  return [...text.matchAll(/^ {2}([A-Z][A-Z_]+): /gm)].map(([, name = '']) => name);
}

/** Settings that name a file which the service reads itself: keys, trust, subscribers. */
export const fileSettingsOf = (service: Service): readonly string[] =>
  settingsOf(service).filter((name) => name.endsWith('_FILE'));

/**
 * What a service would say of an environment that somebody means to start it with: settings that are missing or wrong,
 * and names that it does not know.
 */
export async function problemsWith(service: Service, environment: Environment): Promise<readonly string[]> {
  if (service.kind === 'gateway') return [];
  const known = settingsOf(service);
  const values = Object.fromEntries(
    Object.entries(environment).map(([name, value]) => {
      const setting = name.replace(/_FILE$/, '');
      return known.includes(name) || !known.includes(setting)
        ? [name, value]
        : [setting, SAMPLES[setting] ?? value];
    }),
  );
  const unknown = Object.keys(values)
    .filter((name) => !known.includes(name) && !OF_NODE.includes(name))
    .map((name) => `${name}: the service knows no such setting`);
  const config = (await import(pathToFileURL(join(root, service.folder, 'src/config.ts')).href)) as {
    loadConfig(env: Environment): unknown;
  };
  try {
    config.loadConfig(values);
    return unknown;
  } catch (error) {
    return [...unknown, (error as Error).message];
  }
}
