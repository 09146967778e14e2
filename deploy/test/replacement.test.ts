import { fullDiff, ResourceImpact } from '@aws-cdk/cloudformation-diff';
import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deployFolder } from './templates.ts';

const HOLDS_DATA = ['AWS::RDS::DBCluster', 'AWS::DocDB::DBCluster', 'AWS::SecretsManager::Secret'];
const LOSES_DATA = [
  ResourceImpact.WILL_REPLACE,
  ResourceImpact.MAY_REPLACE,
  ResourceImpact.WILL_DESTROY,
  ResourceImpact.WILL_ORPHAN,
];

const snapshots = join(deployFolder, 'snapshots');
const read = (folder: string, file: string): Record<string, unknown> =>
  JSON.parse(readFileSync(join(folder, file), 'utf8')) as Record<string, unknown>;

/** Resources with data that a deployment of `next` over `previous` would make anew. */
function replaced(previous: Record<string, unknown>, next: Record<string, unknown>): readonly string[] {
  const lost: string[] = [];
  fullDiff(previous, next).resources.forEachDifference((id, { oldResourceType, changeImpact }) => {
    if (HOLDS_DATA.includes(oldResourceType ?? '') && LOSES_DATA.includes(changeImpact)) lost.push(id);
  });
  return lost;
}

describe("prod's stores", () => {
  it.each(readdirSync(snapshots))(
    '%s: none is made anew (npm run synth -- --snapshot when it is meant)',
    (file) => {
      expect(replaced(read(snapshots, file), read(join(deployFolder, 'cdk.out/prod'), file))).toEqual([]);
    },
  );

  it('that would be made anew are noticed', () => {
    const [file = ''] = readdirSync(snapshots).filter((name) => name.includes('users'));
    const renamed = JSON.parse(
      JSON.stringify(read(snapshots, file)).replaceAll('"DatabaseName":"users"', '"DatabaseName":"other"'),
    ) as Record<string, unknown>;

    expect(replaced(read(snapshots, file), renamed)).toHaveLength(1);
  });
});
