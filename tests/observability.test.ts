import { describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse as parseYaml } from 'yaml';
import { GatewayMetrics } from '../gateway/src/telemetry/metrics.ts';
import { root } from './source-files.ts';

const read = (path: string): string => readFileSync(join(root, path), 'utf8');

interface Dashboard {
  readonly panels: readonly { readonly targets: readonly { readonly expr: string }[] }[];
}
interface Alerts {
  readonly groups: readonly {
    readonly rules: readonly { readonly alert: string; readonly expr: string }[];
  }[];
}

const dashboard = JSON.parse(read('docker/observability/grafana-dashboard.json')) as Dashboard;
const alerts = parseYaml(read('docker/observability/prometheus-alerts.yaml')) as Alerts;
const expressions = [
  ...dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
  ...alerts.groups.flatMap(({ rules }) => rules.map(({ expr }) => expr)),
];

const metrics = new Map(
  new GatewayMetrics().registry.getMetricsAsArray().map((metric) => {
    const {
      name,
      type,
      labelNames = [],
    } = metric as unknown as {
      name: string;
      type: string;
      labelNames?: string[];
    };
    return [name, { isHistogram: type === 'histogram', labelNames }];
  }),
);

/** What stands before a selector or a range, or alone in brackets: a metric, as Prometheus' functions are called with (. */
const metricsIn = (expression: string): readonly string[] =>
  expression.match(/\b(?:tributary|http|process|nodejs)_[a-z0-9_]+\b(?!\s*(?:=|!|,|\)\s*\())/g) ?? [];

const labelsIn = (expression: string): readonly string[] => [
  ...[...expression.matchAll(/by \(([^)]+)\)/g)].flatMap(([, list = '']) => list.split(/,\s*/)),
  ...[...expression.matchAll(/([a-z_]+)\s*(?:=~|!=|=)\s*"/g)].map(([, label = '']) => label),
];

const definitionOf = (name: string) =>
  metrics.get(name) ??
  [...metrics].find(
    ([known, { isHistogram }]) =>
      isHistogram && [`${known}_bucket`, `${known}_count`, `${known}_sum`].includes(name),
  )?.[1];

describe('dashboard and alerts', () => {
  it.each(expressions)('ask for metrics and labels that exist: %s', (expression) => {
    const named = metricsIn(expression);
    const labels = new Set(named.flatMap((name) => definitionOf(name)?.labelNames ?? []));

    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((name) => definitionOf(name) === undefined)).toEqual([]);
    expect(labelsIn(expression).filter((label) => label !== 'le' && !labels.has(label))).toEqual([]);
  });
});

describe('the dashboard', () => {
  const shown = dashboard.panels.flatMap(({ targets }) => targets.flatMap(({ expr }) => metricsIn(expr)));

  it.each([...metrics.keys()].filter((name) => !/^(?:process|nodejs)_/.test(name)))('shows %s', (name) => {
    expect(shown.some((each) => each.replace(/_(?:bucket|count|sum)$/, '') === name || each === name)).toBe(
      true,
    );
  });
});

describe('alerts', () => {
  const names = alerts.groups.flatMap(({ rules }) => rules.map(({ alert }) => alert));

  it.each(names)('%s has a runbook', (name) => {
    const page = name.replace(/(?<=[a-z])[A-Z]/g, (letter) => `-${letter}`).toLowerCase();

    expect(existsSync(join(root, `docs/runbooks/${page}.md`))).toBe(true);
  });
});

describe('docs/observability.md', () => {
  const documented = new Set(read('docs/observability.md').match(/(?<=^\| `)[a-z]+_[a-z_]+(?=`\s*\|)/gm));
  const own = [...metrics.keys()].filter((name) => !/^(?:process|nodejs)_/.test(name));

  it('has every metric, and no other', () => {
    expect([...documented].sort()).toEqual(own.sort());
  });

  it('are sent from AWS as they are called: deploy/lib/collector.yaml', () => {
    const { processors, exporters } = parseYaml(read('deploy/lib/collector.yaml')) as {
      processors: { 'filter/read': { metrics: { include: { metric_names: string[] } } } };
      exporters: {
        awsemf: { metric_declarations: { dimensions: string[][]; metric_name_selectors: string[] }[] };
      };
    };
    const declared = exporters.awsemf.metric_declarations.flatMap(({ dimensions, metric_name_selectors }) =>
      metric_name_selectors.map((selector) => [selector.slice(1, -1), dimensions.flat()] as const),
    );

    expect(declared.map(([name]) => name).sort()).toEqual(
      [...processors['filter/read'].metrics.include.metric_names].sort(),
    );
    for (const [name, labels] of declared)
      expect(definitionOf(name)?.labelNames).toEqual(expect.arrayContaining(labels));
  });
});
