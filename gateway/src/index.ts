export { createAccessTokenVerifier } from './auth/access-token-verifier.ts';
export { forwardedCredentials, verifiedCredentials, type Credentials } from './auth/credentials.ts';
export { gatewayJsonSchema, type JsonSchema } from './config/gateway-yaml.ts';
export type * from './plugins/gateway-plugin.ts';
export { startGateway, type Gateway, type GatewayOptions } from './gateway.ts';
