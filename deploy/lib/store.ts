import type * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';

/** What a service needs to know of its store. */
export interface Store {
  /** Its URL; {{uri:USERNAME}} and {{uri:PASSWORD}} stand for the credentials. */
  readonly urlTemplate: string;
  /** The setting that names the file with the URL. */
  readonly setting: string;
  /** JSON with `username` and `password`. */
  readonly credentials: secretsmanager.ISecret;
}
