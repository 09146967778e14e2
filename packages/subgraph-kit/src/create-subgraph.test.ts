import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ForbiddenError, silentLogger, startHttpServer, type HttpServer } from '@tributary/service-kit';
import { createTestTrust, graphqlClient, postGraphql, userViewer, type TestTrust } from '@tributary/testkit';
import { createSubgraph, type Subgraph, type SubgraphContext } from './create-subgraph.ts';
import { requireScope, requireUser } from './viewer.ts';

const SDL = 'type Query { me: String secret: String broken: String forbidden: String }';

describe('subgraph', () => {
  let trust: TestTrust;
  let subgraph: Subgraph;
  let http: HttpServer;
  let url: string;

  const start = async (introspection: boolean): Promise<void> => {
    trust = await createTestTrust();
    subgraph = await createSubgraph<SubgraphContext>({
      name: 'things',
      typeDefs: SDL,
      trust: trust.trust,
      logger: silentLogger(),
      introspection,
      createContext: (viewer) => ({ viewer }),
      resolvers: {
        Query: {
          me: (_root, _args, { viewer }) => requireUser(viewer).id,
          secret: (_root, _args, { viewer }) => {
            requireScope(viewer, 'things:read');
            return 'found';
          },
          broken: () => {
            throw new Error('connection to 10.0.0.7 refused');
          },
          forbidden: () => {
            throw new ForbiddenError('Not yours.');
          },
        },
      },
    });
    http = await startHttpServer({
      host: '127.0.0.1',
      port: 0,
      routes: { '/graphql': subgraph.route },
      readiness: [],
      logger: silentLogger(),
    });
    url = `${http.url}/graphql`;
  };

  beforeEach(() => start(true));
  afterEach(async () => {
    await http.close();
    await subgraph.stop();
  });

  it('tells its resolvers who the gateway says is asking', async () => {
    const request = graphqlClient(url, 'things', trust);

    expect((await request('{ me }', {}, userViewer('usr_1'))).data).toEqual({ me: 'usr_1' });
    expect((await request('{ me }')).errors?.[0]?.extensions?.code).toBe('UNAUTHENTICATED');
  });

  it.each([
    ['without a credential', {}],
    ['with a made-up one', { authorization: 'Bearer e30.e30.e30' }],
  ])('refuses data requests %s', async (_what, headers) => {
    const answer = await postGraphql(url, { query: '{ me }' }, headers);

    expect(answer.status).toBe(401);
    expect(answer.errors?.[0]?.extensions?.code).toBe('UNAUTHENTICATED');
  });

  it('says how long its fields took to a gateway that asks, and nothing of what errors say', async () => {
    const authorization = `Bearer ${await trust.sign(userViewer('usr_1'), 'things')}`;
    const asking = { authorization, 'apollo-federation-include-trace': 'ftv1' };

    const traced = await postGraphql(url, { query: '{ me broken }' }, asking);
    const plain = await postGraphql(url, { query: '{ me }' }, { authorization });

    const trace = Buffer.from(String(traced.extensions?.['ftv1']), 'base64').toString('latin1');
    expect(trace).toContain('Query');
    expect(trace).toContain('broken');
    expect(trace).not.toContain('10.0.0.7');
    expect(plain.extensions).toBeUndefined();
  });

  it('refuses a token that was signed for another subgraph', async () => {
    const answer = await graphqlClient(url, 'other', trust)('{ me }', {}, userViewer('usr_1'));

    expect(answer.status).toBe(401);
  });

  it('tells missing scopes from missing sign-in', async () => {
    const request = graphqlClient(url, 'things', trust);
    const codeFor = async (...viewer: Parameters<typeof userViewer>[]) =>
      (await request('{ secret }', {}, ...viewer.map((args) => userViewer(...args)))).errors?.[0]?.extensions
        ?.code;

    expect(await codeFor()).toBe('UNAUTHENTICATED');
    expect(await codeFor(['usr_1'])).toBe('FORBIDDEN');
    expect(await codeFor(['usr_1', ['things:read']])).toBeUndefined();
  });

  it('hides what went wrong inside and shows what it says on purpose', async () => {
    const { errors } = await graphqlClient(url, 'things', trust)('{ broken forbidden }');

    expect(errors).toEqual([
      expect.objectContaining({ path: ['broken'], message: 'Something went wrong on our side.' }),
      expect.objectContaining({
        path: ['forbidden'],
        message: 'Not yours.',
        extensions: { code: 'FORBIDDEN' },
      }),
    ]);
  });

  it('shows its schema to anybody when introspection is on, and nothing else', async () => {
    expect((await postGraphql(url, { query: '{ _service { sdl } }' })).data._service.sdl).toContain(
      'type Query',
    );
    expect((await postGraphql(url, { query: '{ __schema { queryType { name } } }' })).status).toBe(200);
    expect((await postGraphql(url, { query: '{ _service { sdl } me }' })).status).toBe(401);
    expect(
      (await postGraphql(url, { query: 'query A { __typename } query B { me }', operationName: 'B' })).status,
    ).toBe(401);
    expect((await postGraphql(url, { query: 'fragment F on Query { me } { ...F }' })).status).toBe(401);
  });

  it('keeps its schema to itself when introspection is off', async () => {
    await http.close();
    await subgraph.stop();
    await start(false);

    expect((await postGraphql(url, { query: '{ _service { sdl } }' })).status).toBe(401);
  });
});
