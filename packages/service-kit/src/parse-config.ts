import type { z } from 'zod';
import { ConfigurationError } from './errors.ts';

/**
 * Reads a process's configuration once: every problem is reported together, by variable name.
 * An empty string counts as absent, because that is what `VAR= command` and compose files produce.
 *
 * @throws ConfigurationError naming each variable and what is wrong with it; values are never printed.
 */
export function parseConfig<T extends z.ZodType>(
  processName: string,
  schema: T,
  env: Readonly<Record<string, string | undefined>>,
): z.infer<T> {
  const present = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ''),
  );
  const result = schema.safeParse(present);
  if (result.success) return result.data;
  throw new ConfigurationError(
    processName,
    result.error.issues.map((issue) => `${issue.path.join('.') || '(configuration)'}: ${issue.message}`),
  );
}
