import { beforeAll, describe, expect, it } from '@jest/globals';
import { App } from 'aws-cdk-lib';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { addStacks } from '../lib/add-stacks.ts';
import { loadEnvironment } from '../lib/environment.ts';
import { deployFolder } from './templates.ts';

const SYNTH_TIMEOUT_MS = 300_000;

describe('MongoDB Atlas in the place of DocumentDB', () => {
  const templates = new Map<string, string>();

  beforeAll(() => {
    const { context } = JSON.parse(readFileSync(join(deployFolder, 'cdk.json'), 'utf8')) as {
      context: Record<string, unknown>;
    };
    const app = new App({ context });
    addStacks(app, { ...loadEnvironment('prod'), documents: 'atlas' });
    // Throws when the rules of AWS find something.
    for (const { stackName, template } of app.synth().stacks)
      templates.set(stackName.replace('tributary-prod-', ''), JSON.stringify(template));
  }, SYNTH_TIMEOUT_MS);

  it('has no cluster, and its URI from a secret, for what serves and for what migrates', () => {
    expect(templates.has('users-store')).toBe(true);
    expect(templates.has('products-store')).toBe(false);
    for (const name of ['products', 'products-migration']) {
      expect(templates.get(name)).toContain(':secret:tributary/prod/products/mongodb-uri');
      expect(templates.get(name)).toContain('"Name":"MONGODB_URI_FILE","Value":"/run/secrets/mongodb-uri"');
    }
    expect(templates.get('network')).not.toContain('Store of products');
  });
});
