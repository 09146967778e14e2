import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createLogger, startHttpServer, type HttpServer } from '@tributary/service-kit';
import { execFile } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { healthCheck } from '../../scripts/services/health-check.ts';
import { readTemplates, resourcesOf } from './templates.ts';

// ECS makes anew a task that its container's check or its target group finds unhealthy.
describe('a task whose store is away', () => {
  let server: HttpServer;
  beforeEach(async () => {
    const readiness = [{ name: 'store', check: () => Promise.reject(new Error('away')) }];
    const logger = createLogger('test', 'silent');
    server = await startHttpServer({ host: '127.0.0.1', port: 0, routes: {}, readiness, logger });
  });
  afterEach(() => server.close());

  it('is healthy for the check of its container', async () => {
    expect((await fetch(`${server.url}/readyz`)).status).toBe(503);
    expect(await check(Number(new URL(server.url).port))).toBe(0);
  });

  it.each(['prod', 'dev'])('is healthy for its target groups in %s', async (environment) => {
    const groups = Object.values(readTemplates(environment)).flatMap((template) =>
      resourcesOf(template, 'AWS::ElasticLoadBalancingV2::TargetGroup'),
    );
    expect(groups).not.toEqual([]);

    for (const { Properties } of groups)
      expect((await fetch(new URL(Properties.HealthCheckPath, server.url))).status).toBe(200);
  });
});

it('a service that does not listen is unhealthy for the check of its container', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  other.close();
  await once(other, 'close');

  expect(await check(port)).toBe(1);
});

/** @returns its exit code. */
const check = (port: number): Promise<number | undefined> =>
  new Promise((resolve) => {
    const child = execFile(
      'bash',
      ['-c', healthCheck({ port })],
      { env: { PATH: process.env['PATH'] } },
      () => {
        resolve(child.exitCode ?? undefined);
      },
    );
  });
