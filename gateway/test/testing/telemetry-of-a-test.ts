import { afterEach } from '@jest/globals';
import { createLogger, lineBeginning } from '@tributary/service-kit';
import { Telemetry, type TelemetryOptions } from '../../src/telemetry/telemetry.ts';

export interface TestTelemetry {
  readonly telemetry: Telemetry;
  /** What has been logged so far. */
  readonly lines: Record<string, unknown>[];
  /** What Prometheus would read now. */
  metrics(): Promise<string>;
}

/** Telemetry whose log and metrics a test can read; ended after each test. */
export function telemetryOfATest(): (options: Partial<TelemetryOptions>) => Promise<TestTelemetry> {
  const open: Telemetry[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((each) => each.stop()));
  });
  return async (options) => {
    const lines: Record<string, unknown>[] = [];
    const write = (line: string): void => {
      lines.push(JSON.parse(line) as (typeof lines)[number]);
    };
    const telemetry = await Telemetry.open(
      { accessLog: false, prometheus: undefined, tracing: undefined, usage: undefined, ...options },
      createLogger('gateway', 'info', { write }),
      { begin: lineBeginning('gateway'), write, flush: () => Promise.resolve() },
    );
    open.push(telemetry);
    return { telemetry, lines, metrics: async () => (await telemetry.metrics?.registry.metrics()) ?? '' };
  };
}
