/**
 * A system that runs already, in containers say: the tests that only ask it take it in the place of one of their own.
 * It is the variable's value, as JSON.
 */
export const RUNNING_SYSTEM = 'TRIBUTARY_SYSTEM';

export interface RunningSystem {
  readonly urls: Readonly<Record<string, string>>;
  /** `iss` of its access tokens. */
  readonly issuer: string;
  /** File with the key that signs them. */
  readonly accessTokenKey: string;
}

const given = process.env[RUNNING_SYSTEM];

/** Undefined: tests start systems of their own. */
export const runningSystem =
  given === undefined || given === '' ? undefined : (JSON.parse(given) as RunningSystem);
