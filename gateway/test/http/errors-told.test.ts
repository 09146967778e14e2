import { afterEach, describe, expect, it } from '@jest/globals';
import { silentLogger, type Logger } from '@tributary/service-kit';
import { GraphQLError } from 'graphql';
import { IncludeSubgraphErrors, subgraphErrorsConfig } from '../../src/config/client-errors-yaml.ts';
import { federate, type Federation } from '../../src/testing/federate.ts';

const fail = (text: string) => () => {
  throw new GraphQLError(text, { extensions: { code: 'BROKEN', host: 'db-7' } });
};

describe('errors that clients are told', () => {
  let graph: Federation<'a' | 'b'> | undefined;
  afterEach(async () => {
    await graph?.stop();
    graph = undefined;
  });

  const errorsOf = async (
    include: unknown,
    query = '{ a b }',
    {
      suggestions = true,
      redactValidationErrors = false,
      logger = silentLogger(),
    }: { suggestions?: boolean; redactValidationErrors?: boolean; logger?: Logger } = {},
  ) => {
    graph = await federate(
      {
        a: {
          sdl: 'type Query { a(first: Kind): Int } enum Kind { NEW }',
          resolvers: { Query: { a: fail('secret a') } },
        },
        b: { sdl: 'type Query { b: Int }', resolvers: { Query: { b: fail('secret b') } } },
      },
      {
        suggestions,
        redactValidationErrors,
        logger,
        subgraphErrors: subgraphErrorsConfig(IncludeSubgraphErrors.parse(include)),
      },
    );
    return (await graph.query(query)).errors;
  };
  const whole = (name: string) => ({
    message: `secret ${name}`,
    path: [name],
    extensions: { code: 'BROKEN', host: 'db-7', service: name },
  });

  it('are those of subgraphs by default', async () => {
    expect(await errorsOf({})).toEqual([whole('a'), whole('b')]);
  });

  it('say nothing where they are redacted; the log has them', async () => {
    const told: unknown[] = [];
    const logger = { ...silentLogger(), warn: (entry: unknown) => told.push(entry) } as unknown as Logger;

    const errors = await errorsOf({ all: false, subgraphs: { b: true } }, '{ a b }', { logger });

    expect(errors).toEqual([{ message: 'Subgraph errors redacted', path: ['a'] }, whole('b')]);
    expect(told).toEqual([{ 'subgraph.name': 'a', 'graphql.error': whole('a') }]);
  });

  it('are told in part', async () => {
    const a = { redact_message: true, allow_extensions_keys: ['code'] };
    const b = { deny_extensions_keys: ['host'] };

    expect(await errorsOf({ all: false, subgraphs: { a, b } })).toEqual([
      { message: 'Subgraph errors redacted', path: ['a'], extensions: { code: 'BROKEN' } },
      { message: 'secret b', path: ['b'], extensions: { code: 'BROKEN', service: 'b' } },
    ]);
  });

  it('cannot be both allowed and denied', () => {
    const all = { allow_extensions_keys: ['code'], deny_extensions_keys: ['host'] };

    expect(IncludeSubgraphErrors.safeParse({ all }).error?.issues).toEqual([
      expect.objectContaining({ path: ['all'], message: expect.stringContaining('not both') }),
    ]);
  });

  it.each(['{ aa }', '{ a(firs: NEW) }', '{ a(first: NEWW) }'])(
    'suggest no names when they are told not to: %s',
    async (query) => {
      const open = (await errorsOf({}, query))?.[0]?.message;
      await graph?.stop();
      const closed = (await errorsOf({}, query, { suggestions: false }))?.[0]?.message;

      expect(open).toMatch(/ Did you mean .+\?$/);
      expect(closed).toBe(open?.replace(/ Did you mean .+$/, ''));
    },
  );

  it('say no more of an operation than that it is not valid, when they are told to', async () => {
    const logged: unknown[] = [];
    const logger = silentLogger();
    logger.debug = (entry: unknown) => {
      logged.push(entry);
    };
    const errors = await errorsOf({}, '{ aa }', { redactValidationErrors: true, logger });

    expect(errors).toEqual([
      { message: 'The operation is not valid.', extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } },
    ]);
    expect(JSON.stringify(logged)).toContain('Cannot query field');
    expect(await graph?.query('{ a }')).toMatchObject({ errors: [{ message: 'secret a' }] });
  });
});
