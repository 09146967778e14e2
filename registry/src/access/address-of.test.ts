import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { parse as parseYaml } from 'yaml';
import { loadConfig } from '../config.ts';
import { addressOf } from './address-of.ts';

const read = (file: string): string => readFileSync(join(import.meta.dirname, '../../..', file), 'utf8');
type Settings = Readonly<Record<string, string>>;
interface Compose {
  readonly services: Readonly<Record<string, { readonly environment?: Settings }>>;
}
const deployed = (JSON.parse(read('services.json')) as { name: string; settings?: Settings }[]).find(
  ({ name }) => name === 'registry',
)?.settings;
const inContainers = (parseYaml(read('docker/compose.yaml'), { merge: true }) as Compose).services['registry']
  ?.environment;

describe('the registry behind a load balancer', () => {
  // Amazon's and HAProxy (docker/load-balancer.cfg: option forwardfor) both add the address that they saw at the end.
  it.each([
    ['services.json', deployed],
    ['docker/compose.yaml', inContainers],
  ])('counts by who asks the balancer, as %s has it', (_, settings) => {
    const { TRUSTED_PROXIES } = loadConfig({
      POSTGRES_URL: 'postgres://postgres.test/registry',
      TRUSTED_PROXIES: settings?.['TRUSTED_PROXIES'],
    });
    const request = {
      socket: { remoteAddress: '10.0.0.1' },
      headers: { 'x-forwarded-for': '192.0.2.66, 198.51.100.7' },
    } as unknown as IncomingMessage;
    const inside = { socket: { remoteAddress: '10.0.0.9' }, headers: {} } as unknown as IncomingMessage;

    expect(addressOf(request, TRUSTED_PROXIES)).toBe('198.51.100.7');
    // Gateways ask it without a balancer.
    expect(addressOf(inside, TRUSTED_PROXIES)).toBe('10.0.0.9');
  });
});
