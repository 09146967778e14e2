import { describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ALARMS } from '../lib/alarms.ts';
import {
  ALB_IDLE_TIMEOUT_S,
  DEREGISTRATION_DELAY_S,
  SERVICE_CONNECT_REQUEST_TIMEOUT_S,
  STOP_TIMEOUT_S,
} from '../lib/timings.ts';
import { deployFolder } from './templates.ts';

const root = join(deployFolder, '..');
/** A constant of the code, in seconds: the code is another package's, and this is no reason to export it. */
function secondsOf(file: string, constant: string): number {
  const [, text = ''] =
    new RegExp(`const ${constant} = ([\\d_]+);`).exec(readFileSync(join(root, file), 'utf8')) ?? [];
  return Number(text.replaceAll('_', '')) / 1_000;
}

describe('times', () => {
  it('let the load balancer close idle connections, never the server', () => {
    expect(secondsOf('packages/service-kit/src/http-server.ts', 'KEEP_ALIVE_TIMEOUT_MS')).toBeGreaterThan(
      ALB_IDLE_TIMEOUT_S,
    );
  });

  it('let a service end before it is killed', () => {
    const stop = secondsOf('packages/service-kit/src/run-service.ts', 'STOP_TIMEOUT_MS');

    expect(stop).toBeLessThan(STOP_TIMEOUT_S);
    expect(DEREGISTRATION_DELAY_S).toBeLessThan(STOP_TIMEOUT_S);
    expect(secondsOf('gateway/src/workers.ts', 'STOP_TIMEOUT_MS')).toBeLessThan(STOP_TIMEOUT_S);
  });

  it('let the gateway give up before its proxy does', () => {
    const [, timeout = ''] =
      /timeout: (\d+)s/.exec(readFileSync(join(deployFolder, 'lib/gateway.yaml'), 'utf8')) ?? [];

    expect(Number(timeout)).toBeGreaterThan(0);
    expect(Number(timeout)).toBeLessThan(SERVICE_CONNECT_REQUEST_TIMEOUT_S);
  });
});

describe('alarms', () => {
  it.each(Object.values(ALARMS))('%s has a runbook', (name) => {
    expect(existsSync(join(root, `docs/runbooks/${name}.md`))).toBe(true);
  });
});
