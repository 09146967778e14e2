import { readFile } from 'node:fs/promises';
import type * as z from 'zod';
import { ConfigurationError } from './errors.ts';

/**
 * Reads a configuration file (keys, trust) of a known shape.
 *
 * @param setting Name of the variable that holds the path, for the message.
 * @throws ConfigurationError when the file is missing, is not JSON or has another shape; its content is never printed.
 */
export async function readJsonFile<T extends z.ZodType>(
  processName: string,
  setting: string,
  path: string,
  schema: T,
): Promise<z.infer<T>> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new ConfigurationError(processName, [
      `${setting}: cannot read ${path} (${(error as NodeJS.ErrnoException).code ?? 'error'})`,
    ]);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ConfigurationError(processName, [`${setting}: ${path} is not JSON`]);
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new ConfigurationError(
    processName,
    result.error.issues.map(
      (issue) => `${setting}: ${path} at ${issue.path.join('.') || 'the top'}: ${issue.message}`,
    ),
  );
}
