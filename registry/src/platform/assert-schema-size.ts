import { BadUserInputError } from '@tributary/service-kit';

/** @throws BadUserInputError when there is no schema, or one that is too large. */
export function assertSchemaSize(sdl: string, maxBytes: number): void {
  if (sdl.trim() === '') throw new BadUserInputError('The schema is empty.');
  const bytes = Buffer.byteLength(sdl);
  if (bytes > maxBytes)
    throw new BadUserInputError(`The schema is ${bytes} bytes long; this registry takes ${maxBytes}.`);
}
