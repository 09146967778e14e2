export * from './config-values.ts';
export { endWithError } from './end-with-error.ts';
export { errorBody } from './error-body.ts';
export * from './errors.ts';
export { createErrorFormatter } from './format-graphql-error.ts';
export { generateSigningKey, toPublicKey } from './generate-signing-key.ts';
export { graphqlRoute, sendToApolloServer, type GraphqlRouteOptions } from './graphql-route.ts';
export { createHttpCaller, type HttpAnswer, type HttpCall, type HttpCaller } from './http-caller.ts';
export type { ReadinessCheck, ReadinessReport } from './health.ts';
export * from './http-server.ts';
export {
  createBufferedLogger,
  createLogger,
  silentLogger,
  type BufferedLogger,
  type Logger,
  type LogLevel,
} from './logger.ts';
export { parseConfig } from './parse-config.ts';
export { readBody, readJsonBody, readJsonText } from './read-body.ts';
export { readJsonFile } from './read-json-file.ts';
export { runCommands, type Commands } from './run-commands.ts';
export { runService, StartupError, type RunningService } from './run-service.ts';
export type { UpgradeDoor, UpgradeDoors } from './upgrade-door.ts';
export * from './viewer-token.ts';
