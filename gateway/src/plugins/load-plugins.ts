import { StartupError, type Logger } from '@tributary/service-kit';
import { statSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { CreatePlugin, GatewayPlugin } from './gateway-plugin.ts';

export interface PluginModule {
  /** Absolute path of the module. */
  readonly path: string;
  /** Handed to the plugin as it is. */
  readonly options: unknown;
}

/**
 * Plugins in the order they are named in.
 *
 * @throws StartupError that names the plugin, when one cannot be loaded or does not want its options; those that
 *   were loaded are stopped then.
 */
export async function loadPlugins(
  modules: readonly PluginModule[],
  logger: Logger,
): Promise<readonly GatewayPlugin[]> {
  const plugins: GatewayPlugin[] = [];
  try {
    for (const each of modules) plugins.push(await load(each, logger));
    return plugins;
  } catch (error) {
    await stopPlugins(plugins, logger);
    throw error;
  }
}

/** The last to be started is the first to be stopped; one that fails does not keep the others from it. */
export async function stopPlugins(plugins: readonly GatewayPlugin[], logger: Logger): Promise<void> {
  for (const plugin of [...plugins].reverse()) {
    try {
      await plugin.stop?.();
    } catch (error) {
      logger.error({ err: error, 'plugin.name': plugin.name }, 'plugin did not stop well');
    }
  }
}

/**
 * The function that makes the plugin.
 *
 * @throws StartupError when the module cannot be loaded, or exports none.
 */
export async function importPlugin(path: string): Promise<CreatePlugin> {
  let create: unknown;
  try {
    // A module is loaded once for each name: with its time, a changed one is another.
    const version = statSync(path).mtimeMs;
    const module = (await import(`${pathToFileURL(path).href}?v=${version}`)) as {
      readonly default?: unknown;
    };
    create = module.default;
  } catch (error) {
    throw new StartupError(`plugins: ${path} cannot be loaded: ${(error as Error).message}`, {
      cause: error,
    });
  }
  if (typeof create !== 'function')
    throw new StartupError(`plugins: ${path} must export a function by default, which makes the plugin.`);
  return create as CreatePlugin;
}

async function load({ path, options }: PluginModule, logger: Logger): Promise<GatewayPlugin> {
  const create = await importPlugin(path);
  let plugin: unknown;
  try {
    plugin = await create(options, { logger });
  } catch (error) {
    throw new StartupError(`plugins: ${path} did not start: ${(error as Error).message}`, { cause: error });
  }
  if (typeof (plugin as Partial<GatewayPlugin> | null | undefined)?.name !== 'string')
    throw new StartupError(`plugins: what ${path} makes must be an object with a name.`);
  return plugin as GatewayPlugin;
}
