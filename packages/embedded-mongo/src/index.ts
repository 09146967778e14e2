export { startEmbeddedMongo, type EmbeddedMongo, type EmbeddedMongoOptions } from './start-server.ts';
