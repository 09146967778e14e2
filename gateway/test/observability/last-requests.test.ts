import { describe, expect, it } from '@jest/globals';
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { Telemetry } from '../../src/telemetry/telemetry.ts';
import { telemetryOfATest } from '../testing/telemetry-of-a-test.ts';

/** Begins a request and ends it. */
function endOne(telemetry: Telemetry): void {
  const request = new IncomingMessage(new Socket());
  request.method = 'POST';
  const response = new ServerResponse(request);
  telemetry.end(telemetry.begin(request, response), response);
}

describe('a request that has just ended', () => {
  const observe = telemetryOfATest();

  it('is in the metrics that are read next', async () => {
    const { telemetry, metrics } = await observe({
      prometheus: { host: '127.0.0.1', port: 0, path: '/metrics' },
    });
    endOne(telemetry);

    const text = await metrics();

    expect(text).toMatch(/^http_server_active_requests 0$/m);
    expect(text).toMatch(/^http_server_request_duration_seconds_count\{.*http_request_method="POST".*\} 1$/m);
  });

  it('has its line in the log when the process ends', async () => {
    const { telemetry, lines } = await observe({ accessLog: true });
    endOne(telemetry);
    expect(lines).toEqual([]);

    await telemetry.stop();

    expect(lines).toMatchObject([{ msg: 'request', 'http.request.method': 'POST' }]);
  });
});
