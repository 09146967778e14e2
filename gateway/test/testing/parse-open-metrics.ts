import { spawnSync } from 'node:child_process';

export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  /** Labels of the example given for it. */
  readonly exemplar: Readonly<Record<string, string>> | null;
}

/** Prometheus' own client library; Debian's package `python3-prometheus-client` has it, CI installs that. */
const PYTHON = '/usr/bin/python3';
export const hasParser = spawnSync(PYTHON, ['-c', 'import prometheus_client']).status === 0;

const PROGRAM = `
import json, sys
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse
print(json.dumps([
  {'name': s.name, 'labels': s.labels, 'value': str(s.value), 'exemplar': s.exemplar and s.exemplar.labels}
  for family in parse(sys.stdin.read()) for s in family.samples
]))`;

/** Samples of a text in Prometheus' OpenMetrics format. @throws Error with what is wrong with it. */
export function parseOpenMetrics(text: string): readonly Sample[] {
  const { status, stdout, stderr } = spawnSync(PYTHON, ['-c', PROGRAM], {
    input: text,
    encoding: 'utf8',
    maxBuffer: 100_000_000,
  });
  if (status !== 0) throw new Error(stderr);
  const samples = JSON.parse(stdout) as readonly (Omit<Sample, 'value'> & { readonly value: string })[];
  return samples.map((sample) => ({ ...sample, value: Number(sample.value) }));
}
