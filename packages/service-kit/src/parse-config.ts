import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { ConfigurationError } from './errors.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads a process's configuration once: every problem is reported together, by variable name.
 * An empty string counts as absent, because that is what `VAR= command` and compose files produce.
 * `NAME_FILE` is the path of a file with the value of `NAME`, without the line feed at its end: containers get
 * secrets that way.
 *
 * @throws ConfigurationError naming each variable and what is wrong with it; values are never printed.
 */
export function parseConfig<T extends z.ZodType>(
  processName: string,
  schema: T,
  env: Environment,
): z.infer<T> {
  const present = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ''),
  );
  const names = schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
  const { values, problems } = readFiles(names, present);
  const result = schema.safeParse({ ...present, ...values });
  if (result.success && problems.length === 0) return result.data;
  const unreadable = new Set(problems.map(({ name }) => name));
  throw new ConfigurationError(processName, [
    ...problems.map(({ name, problem }) => `${name}_FILE: ${problem}`),
    ...(result.error?.issues ?? [])
      .filter(({ path }) => !unreadable.has(String(path[0])))
      .map((issue) => `${issue.path.join('.') || '(configuration)'}: ${issue.message}`),
  ]);
}

function readFiles(names: readonly string[], env: Environment) {
  const values: Record<string, string> = {};
  const problems: { name: string; problem: string }[] = [];
  for (const name of names) {
    const path = env[`${name}_FILE`];
    if (path === undefined) continue;
    if (env[name] !== undefined) {
      problems.push({ name, problem: `stands beside ${name}; one of them is enough` });
      continue;
    }
    try {
      values[name] = readFileSync(path, 'utf8').replace(/\r?\n$/, '');
    } catch (error) {
      const { code = 'error' } = error as NodeJS.ErrnoException;
      problems.push({ name, problem: `cannot read ${path} (${code})` });
    }
  }
  return { values, problems };
}
