import * as z from 'zod';
import type { PluginModule } from '../plugins/load-plugins.ts';

/** `plugins` of gateway.yaml. */
export const Plugins = z
  .array(
    z.strictObject({
      path: z.string().describe('Module that exports a function by default, which makes the plugin.'),
      options: z.record(z.string(), z.unknown()).optional().describe('Handed to that function as it is.'),
    }),
  )
  .default([]);

export const pluginModules = (
  plugins: z.output<typeof Plugins>,
  fromFile: (path: string) => string,
): readonly PluginModule[] => plugins.map(({ path, options }) => ({ path: fromFile(path), options }));
