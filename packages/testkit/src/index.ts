export { startApolloSubgraph } from './apollo-subgraph.ts';
export { composeFakes } from './compose-fakes.ts';
export { createDatabaseOnSmallDisk } from './create-database-on-small-disk.ts';
export { createTestDatabase, type TestDatabase } from './create-test-database.ts';
export { createEmbeddedTestMongo, createTestMongo, type TestMongo } from './create-test-mongo.ts';
export {
  ANONYMOUS,
  createTestTrust,
  userViewer,
  type TestIssuer,
  type TestTrust,
} from './create-test-trust.ts';
export { startFakeSubgraph, type FakeSubgraph, type RecordedRequest } from './fake-subgraph.ts';
export { generateSigningKey, toPublicKey } from '@tributary/service-kit';
export { graphqlClient, postGraphql, type GraphqlAnswer, type GraphqlRequest } from './graphql-client.ts';
export { startRestartablePostgres, type RestartablePostgres } from './start-restartable-postgres.ts';
export { runRover, type RoverOptions, type RoverResult } from './run-rover.ts';
export { mountSmallDisk, type SmallDisk } from './small-disk.ts';
export { spawnService, type SpawnedService } from './spawn-service.ts';
export { subscriptionClient, type SubscriptionClient, type TestSubscription } from './subscription-client.ts';
export { waitFor } from './wait-for.ts';
