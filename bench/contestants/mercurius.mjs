/** Mercurius' gateway: it reads the subgraphs' Federation 1 schemas at start instead of a supergraph. */
import mercuriusGateway from '@mercuriusjs/gateway';
import Fastify from 'fastify';
import { readArguments } from './arguments.mjs';

const options = readArguments();

const app = Fastify();
await app.register(mercuriusGateway, {
  jit: 1,
  gateway: {
    services: ['accounts', 'inventory', 'products', 'reviews'].map((name) => ({
      name,
      url: `${options.subgraphs}/${name}`,
      rewriteHeaders: ({ authorization } = {}) => (authorization === undefined ? {} : { authorization }),
    })),
  },
});
await app.listen({ host: '127.0.0.1', port: options.port });
