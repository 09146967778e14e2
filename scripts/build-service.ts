/**
 * Writes what a service's image holds: its bundle, the files it reads, and three programs at the top.
 * Usage: node scripts/run.mjs scripts/build-service.ts NAME FOLDER
 */
import { roverPlugin } from '@tributary/registry';
import { chmod, cp, mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { buildExplorer } from './build-explorer.ts';
import { bundlePrograms, bundleService } from './services/bundle-service.ts';
import { healthCheck } from './services/health-check.ts';
import { findService, root, type Service } from './services/services.ts';

/** @param output A new folder; below it everything is as deep as in the repository, because paths are relative. */
export async function buildService(service: Service, output: string): Promise<void> {
  const { folder, files, beside, native } = service;
  const dist = join(output, folder, 'dist');
  await bundleService(service, dist);
  if (service.kind === 'gateway') {
    await buildExplorer();
    await cp(join(root, folder, 'dist/explorer'), join(dist, 'explorer'), { recursive: true });
  }
  if (service.name === 'registry') await writeFile(join(dist, roverPlugin.file), await roverPlugin.bundle());
  for (const [name, source] of Object.entries(beside))
    await cp(join(root, folder, 'src', source), join(dist, name), { recursive: true });
  for (const file of [...files, 'LICENSE'])
    await cp(join(root, file), join(output, file), { recursive: true });
  for (const name of native) await copyNativePackage(name, dist);
  await writeFile(join(output, 'main.js'), launcher(service));
  await writeFile(join(output, 'healthcheck.sh'), healthCheck(service));
  await chmod(join(output, 'healthcheck.sh'), 0o755);
  await cp(join(root, 'docker/write-secret-files.js'), join(output, 'write-secret-files.js'));
  if (service.store !== undefined)
    await bundlePrograms(
      { 'ensure-role.js': join(root, `scripts/containers/ensure-${service.store}-role.ts`) },
      output,
    );
  await writeFile(join(output, 'package.json'), '{ "type": "module" }\n');
}

/** The package and the builds for other machines beside it that npm has installed: `@scope/name-linux-x64-gnu`. */
async function copyNativePackage(name: string, dist: string): Promise<void> {
  const scope = dirname(name);
  const names = (await readdir(join(root, 'node_modules', scope)))
    .map((each) => `${scope}/${each}`)
    .filter((each) => each === name || each.startsWith(`${name}-`));
  for (const each of names) {
    await mkdir(join(dist, 'node_modules', scope), { recursive: true });
    await cp(join(root, 'node_modules', each), join(dist, 'node_modules', each), { recursive: true });
  }
  const { license } = JSON.parse(
    await readFile(join(root, 'node_modules', name, 'package.json'), 'utf8'),
  ) as {
    license: string;
  };
  if (license !== 'MIT') throw new Error(`${name} has the licence ${license}; read it before it is shipped.`);
}

/** The same command for every image, wherever its service lies. */
const launcher = ({ folder, arguments: defaults }: Service): string =>
  (defaults.length > 0 ? `process.argv.splice(2, 0, ...${JSON.stringify(defaults)});\n` : '') +
  `await import('./${folder}/dist/main.js');\n`;

if (process.argv[1] === import.meta.filename) {
  const [name = '', output = ''] = process.argv.slice(2);
  if (output === '') throw new Error('Usage: build-service.ts NAME FOLDER');
  await buildService(findService(name), output);
}
