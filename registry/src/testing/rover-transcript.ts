import type { TestRegistry } from './start-test-registry.ts';

/** What differs from run to run, and what is written in its place. */
const CHANGING: readonly (readonly [pattern: RegExp, word: string])[] = [
  [/http:\/\/127\.0\.0\.1:\d+/g, 'http://REGISTRY'],
  [/\S*\/tributary-registry-\w+/g, 'HOME'],
  [/service:shop:[\w-]{43}/g, 'SECRET'],
  [/serv\*+[\w-]{4}/g, 'serv****'],
  [/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, 'ID'],
  [/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?( ?(UTC|Z|[+-]\d\d:?\d\d))?/g, 'TIME'],
  [/\b\d+ (second|minute)s? ago\b|\bnow\b(?=\))/g, 'AGO'],
  [/(shop@\w+#)[0-9a-f]{6}\b/g, '$1HASH'],
  [/^[0-9a-f]{6}$/gm, 'HASH'],
  [/(tar\/supergraph\/)[\w-]+/g, '$1MACHINE'],
  // Tables are as wide as what is in them.
  [/[╞═╪╡]{2,}/g, '═'],
  [/[├┌└][─╌┬┼┴]{2,}[┤┐┘]/g, '─'],
  [/ *┆ */g, ' ┆ '],
  [/ +(?=│)/g, ' '],
];

const normalize = (text: string): string =>
  CHANGING.reduce((done, [pattern, word]) => done.replaceAll(pattern, word), text)
    .replaceAll(/ +$/gm, '')
    .trim();

export interface RoverTranscript {
  /** Runs the real rover and writes down what was typed, both of its outputs and its exit code. */
  type(args: readonly string[], env?: Readonly<Record<string, string>>, input?: string): Promise<void>;
  /** All since it was read last. */
  read(): string;
}

export function createRoverTranscript(registry: TestRegistry): RoverTranscript {
  let lines: string[] = [];
  return {
    type: async (args, env, input) => {
      const { code, stdout, stderr } = await registry.rover(args, env, input);
      const typed = args.map((each) => (/[\s"{]/.test(each) ? `'${each}'` : each)).join(' ');
      lines.push(`$ rover ${normalize(typed)}`);
      for (const [name, text] of [
        ['stdout', stdout],
        ['stderr', stderr],
      ] as const)
        if (text.trim() !== '') lines.push(`[${name}]`, normalize(text));
      lines.push(`[exit code ${code}]`, '');
    },
    read: () => {
      const text = lines.join('\n');
      lines = [];
      return text;
    },
  };
}
