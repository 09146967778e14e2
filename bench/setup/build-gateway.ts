import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ExpectedError } from '../expected-error.ts';

const root = join(import.meta.dirname, '../..');
const SCRIPT = 'build:gateway';

/**
 * Builds what is measured, as it would be deployed.
 *
 * @param sourceMaps Whether it says where its code is from.
 * @throws ExpectedError when the build fails.
 */
export function buildGateway(
  onProgress: (message: string) => void,
  { sourceMaps = false }: { readonly sourceMaps?: boolean } = {},
): void {
  onProgress(`npm run ${SCRIPT}`);
  const { status, stdout, stderr } = spawnSync(
    'npm',
    ['run', '--silent', SCRIPT, '--', ...(sourceMaps ? ['--source-maps'] : [])],
    {
      cwd: root,
      encoding: 'utf8',
    },
  );
  if (status !== 0) throw new ExpectedError(`npm run ${SCRIPT} failed:\n${stdout}${stderr}`);
}
