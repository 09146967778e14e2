export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** Undefined: they do not end. */
  readonly expiration?: Date;
}

/** New ones are asked for this long before the old ones end: clocks differ, and a request takes its time. */
const BEFORE_END_MS = 5 * 60_000;

/**
 * Asks for credentials once, and again when they are about to end. Who asks meanwhile waits for the same answer; a failure is
 * not kept, and while the old ones still hold it does not matter.
 *
 * @param now Milliseconds since 1970.
 */
export function rememberCredentials(
  provide: () => Promise<AwsCredentials>,
  now: () => number = Date.now,
): () => Promise<AwsCredentials> {
  let known: AwsCredentials | undefined;
  let asking: Promise<AwsCredentials> | undefined;
  const holds = (marginMs: number): boolean =>
    known !== undefined && (known.expiration === undefined || known.expiration.getTime() - marginMs > now());
  const ask = async (): Promise<AwsCredentials> => {
    try {
      return (known = await provide());
    } catch (error) {
      if (known !== undefined && holds(0)) return known;
      throw error;
    } finally {
      asking = undefined;
    }
  };
  return () => (known !== undefined && holds(BEFORE_END_MS) ? Promise.resolve(known) : (asking ??= ask()));
}
