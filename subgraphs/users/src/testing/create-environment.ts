import { generateSigningKey } from '@tributary/service-kit';
import type { TestTrust } from '@tributary/testkit';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

type Environment = Readonly<Record<string, string>>;

/** The files and variables a service needs to start; `remove` deletes the files. */
export async function createEnvironment(
  databaseUrl: string,
  { trust }: TestTrust,
  more: Environment = {},
): Promise<{ readonly env: Environment; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'tributary-users-'));
  const trustFile = join(folder, 'trust.json');
  const keyFile = join(folder, 'access-token-key.json');
  await writeFile(trustFile, JSON.stringify(trust));
  await writeFile(keyFile, JSON.stringify(await generateSigningKey('access-1')));
  return {
    env: {
      POSTGRES_URL: databaseUrl,
      PORT: '0',
      TRUST_FILE: trustFile,
      ACCESS_TOKEN_KEY_FILE: keyFile,
      EMAIL_VERIFICATION: 'optional',
      MAIL_FOLDER: join(folder, 'mail'),
      ...more,
    },
    remove: () => rm(folder, { recursive: true }),
  };
}
