import { describe, expect, it } from '@jest/globals';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
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

describe('the profile observability of docker/compose.yaml', () => {
  interface Container {
    readonly profiles?: readonly string[];
    readonly command?: readonly string[];
    readonly volumes?: readonly string[];
  }
  const { services } = parseYaml(read('docker/compose.yaml'), { merge: true }) as {
    services: Readonly<Record<string, Container>>;
  };
  const gateway = parseYaml(read('docker/gateway.yaml')) as {
    telemetry: {
      exporters: {
        metrics: { prometheus: { listen: { port?: number } } };
        tracing: { otlp: { endpoint: string } };
      };
    };
  };
  /** Files that a container finds at these places. */
  const mountsOf = (name: string): ReadonlyMap<string, string> =>
    new Map(
      (services[name]?.volumes ?? [])
        .filter((volume) => volume.startsWith('./'))
        .map((volume) => volume.split(':'))
        .map(([source = '', target = '']) => [target, join('docker', source)]),
    );
  const fileOf = (name: string, target: string): string => read(mountsOf(name).get(target) ?? `no ${target}`);

  it('is what mounts files of docker/observability, each of which is there', () => {
    const profiled = Object.keys(services).filter((name) => services[name]?.profiles !== undefined);
    const mounted = profiled.flatMap((name) => [...mountsOf(name).values()]);

    expect(profiled.sort()).toEqual(['collector', 'grafana', 'prometheus']);
    expect(mounted.sort()).toEqual(
      readdirSync(join(root, 'docker/observability'))
        .map((name) => `docker/observability/${name}`)
        .sort(),
    );
  });

  it('has Prometheus read the rules, and ask the gateways where they answer', () => {
    const [flag = ''] = services['prometheus']?.command ?? [];
    const { rule_files, scrape_configs } = parseYaml(fileOf('prometheus', flag.split('=')[1] ?? '')) as {
      rule_files: string[];
      scrape_configs: { dns_sd_configs: { names: string[]; port: number }[] }[];
    };

    for (const file of rule_files) expect(parseYaml(fileOf('prometheus', file))).toEqual(alerts);
    expect(scrape_configs.flatMap(({ dns_sd_configs }) => dns_sd_configs)).toMatchObject([
      { names: ['gateway'], port: gateway.telemetry.exporters.metrics.prometheus.listen.port ?? 9090 },
    ]);
  });

  it('has Grafana find Prometheus and the dashboard', () => {
    const at = '/etc/grafana/provisioning';
    const sources = parseYaml(fileOf('grafana', `${at}/datasources/tributary.yaml`)) as {
      datasources: { type: string; url: string }[];
    };
    const { providers } = parseYaml(fileOf('grafana', `${at}/dashboards/tributary.yaml`)) as {
      providers: { options: { path: string } }[];
    };

    expect(sources.datasources).toMatchObject([{ type: 'prometheus', url: 'http://prometheus:9090' }]);
    const [provider] = providers;
    expect(JSON.parse(fileOf('grafana', `${provider?.options.path ?? ''}/tributary.json`))).toEqual(
      dashboard,
    );
  });

  it('has the collector listen where the gateways send traces', () => {
    const [flag = ''] = services['collector']?.command ?? [];
    const { receivers } = parseYaml(fileOf('collector', flag.split('=')[1] ?? '')) as {
      receivers: { otlp: { protocols: { http: { endpoint: string } } } };
    };
    const { hostname, port } = new URL(gateway.telemetry.exporters.tracing.otlp.endpoint);

    expect(hostname).toBe('collector');
    expect(receivers.otlp.protocols.http.endpoint).toBe(`0.0.0.0:${port}`);
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
