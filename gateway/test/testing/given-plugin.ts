import type { CreatePlugin, GatewayPlugin } from '../../src/plugins/gateway-plugin.ts';

/** The plugin that a test hands over as its options. */
const givenPlugin: CreatePlugin = (options) => options as GatewayPlugin;

export default givenPlugin;
