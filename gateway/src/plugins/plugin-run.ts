import { InternalError } from '@tributary/service-kit';
import type {
  DecidedRefusal,
  GatewayPlugin,
  Hooked,
  PluginOperation,
  PluginPlan,
  PluginRequest,
  PluginResponse,
  PluginSubgraphRequest,
  PluginSubgraphResponse,
  Refusal,
} from './gateway-plugin.ts';

/** Says in the log whose fault it is; the client learns nothing of plugins. */
export class PluginFailedError extends InternalError {
  readonly code = 'INTERNAL_SERVER_ERROR';
  constructor(plugin: string, hook: string, cause: unknown) {
    super(`plugin ${plugin}: ${hook} failed: ${String(cause)}`, { cause });
  }
}

/** The plugins' part in one request. */
export class PluginRun {
  readonly request: PluginRequest;
  readonly #plugins: readonly GatewayPlugin[];
  #operation: PluginOperation | undefined;

  constructor(plugins: readonly GatewayPlugin[], request: PluginRequest) {
    this.#plugins = plugins;
    this.request = request;
  }

  /** What every later hook is about. */
  get operation(): PluginOperation {
    if (this.#operation === undefined) throw new TypeError('no operation yet');
    return this.#operation;
  }

  onRequest(): Promise<DecidedRefusal | undefined> {
    return this.#firstRefusal('onRequest', this.request);
  }

  onOperation(operation: Omit<PluginOperation, 'request'>): Promise<DecidedRefusal | undefined> {
    this.#operation = { request: this.request, ...operation };
    return this.#firstRefusal('onOperation', this.#operation);
  }

  decidePolicies(policies: readonly string[]): Promise<readonly string[]> {
    return this.#allChosen('decidePolicies', policies);
  }

  decideOverrides(labels: readonly string[]): Promise<readonly string[]> {
    return this.#allChosen('decideOverrides', labels);
  }

  onPlan(plan: Omit<PluginPlan, 'operation'>): Promise<DecidedRefusal | undefined> {
    return this.#firstRefusal('onPlan', { operation: this.operation, ...plan });
  }

  onSubgraphRequest(request: PluginSubgraphRequest): Promise<DecidedRefusal | undefined> {
    return this.#firstRefusal('onSubgraphRequest', request);
  }

  onSubgraphResponse(response: PluginSubgraphResponse): Promise<void> {
    return this.#tellAll('onSubgraphResponse', response);
  }

  onResponse(response: Omit<PluginResponse, 'operation'>): Promise<void> {
    return this.#tellAll('onResponse', { operation: this.operation, ...response });
  }

  /** What one plugin or another chooses. */
  async #allChosen(
    name: 'decidePolicies' | 'decideOverrides',
    choice: readonly string[],
  ): Promise<readonly string[]> {
    const chosen: string[] = [];
    for (const plugin of this.#plugins) {
      if (plugin[name] === undefined) continue;
      chosen.push(...((await guarded(plugin, name, () => plugin[name]?.(choice, this.operation))) ?? []));
    }
    return chosen.filter((each) => choice.includes(each));
  }

  async #firstRefusal<Name extends RefusingHook>(
    name: Name,
    value: Parameters<NonNullable<GatewayPlugin[Name]>>[0],
  ): Promise<DecidedRefusal | undefined> {
    for (const plugin of this.#plugins) {
      const hook = plugin[name] as ((value: unknown) => Hooked<Refusal>) | undefined;
      if (hook === undefined) continue;
      const refusal = await guarded(plugin, name, () => hook.call(plugin, value));
      if (refusal !== undefined) return { status: 403, ...refusal };
    }
    return undefined;
  }

  async #tellAll<Name extends 'onSubgraphResponse' | 'onResponse'>(
    name: Name,
    value: Parameters<NonNullable<GatewayPlugin[Name]>>[0],
  ): Promise<void> {
    for (const plugin of this.#plugins) {
      const hook = plugin[name] as ((value: unknown) => Hooked<void>) | undefined;
      if (hook !== undefined) await guarded(plugin, name, () => hook.call(plugin, value));
    }
  }
}

type RefusingHook = 'onRequest' | 'onOperation' | 'onPlan' | 'onSubgraphRequest';

async function guarded<T>(plugin: GatewayPlugin, hook: string, run: () => T | Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw new PluginFailedError(plugin.name, hook, error);
  }
}
