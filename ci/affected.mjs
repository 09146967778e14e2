/**
 * Prints which services a change concerns, as JSON for a matrix: node ci/affected.mjs BASE_COMMIT
 * Without a commit, or with one that is not there, all of them. --released: but those that no release brings anywhere.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

/** What every image is made of. */
const SHARED = [
  'packages/service-kit/',
  'docker/service.Dockerfile',
  'docker/write-secret-files.js',
  'package.json',
  'package-lock.json',
  'scripts/services/',
  'scripts/containers/',
  'scripts/build-service.ts',
  'services.json',
];
const OF_KIND = {
  subgraph: ['packages/subgraph-kit/'],
  internal: ['packages/subgraph-kit/'],
  gateway: ['scripts/build-explorer.ts'],
  sandbox: [],
};
const IGNORED = /\.test\.ts$|\.md$/;

/** Names of the services whose image a change of these files makes another. */
export function affectedServices(services, changedFiles) {
  const files = changedFiles.filter((file) => !IGNORED.test(file));
  const touches = (places) => files.some((file) => places.some((place) => file.startsWith(place)));
  return services
    .filter(({ folder, kind, files: own = [] }) =>
      touches([...SHARED, ...OF_KIND[kind], `${folder}/`, ...own]),
    )
    .map(({ name }) => name);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const services = JSON.parse(readFileSync(new URL('../services.json', import.meta.url), 'utf8'));
  const [base = '', released] = process.argv.slice(2);
  // A sandbox is where no real money is: in no environment that a release goes to.
  const concerned = released === '--released' ? services.filter(({ kind }) => kind !== 'sandbox') : services;
  const { status, stdout } = spawnSync('git', ['diff', '--name-only', `${base}...HEAD`], {
    encoding: 'utf8',
  });
  const known = base !== '' && status === 0;
  const names = known ? affectedServices(concerned, stdout.split('\n')) : concerned.map(({ name }) => name);
  process.stdout.write(`${JSON.stringify(names)}\n`);
}
