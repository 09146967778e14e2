/**
 * Runs before a service on ECS, which hands out secrets as environment variables: writes them into files that only
 * the service's container sees, so that no process that serves has a secret in its environment.
 *
 * FILE_name=template writes /run/secrets/name. In the template {{VARIABLE}} is replaced by the variable's value, and
 * {{uri:VARIABLE}} by the same, encoded for a URL.
 */
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.argv[2] ?? '/run/secrets';

const valueOf = (name) => {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`${name} is not set`);
  return value;
};

for (const [variable, template = ''] of Object.entries(process.env)) {
  if (!variable.startsWith('FILE_')) continue;
  const content = template.replace(/\{\{(uri:)?(\w+)\}\}/g, (_match, uri, name) =>
    uri === undefined ? valueOf(name) : encodeURIComponent(valueOf(name)),
  );
  const file = join(folder, variable.slice('FILE_'.length));
  writeFileSync(file, content, { mode: 0o400 });
  chmodSync(file, 0o400);
}
