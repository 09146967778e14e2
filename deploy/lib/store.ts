import type * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';

/** What a service needs to know of its store. */
export interface Store {
  /** Its URL; {{uri:USERNAME}} and {{uri:PASSWORD}} stand for the credentials. */
  readonly urlTemplate: string;
  /** The setting that names the file with the URL. */
  readonly setting: string;
  /** What migrates: JSON with `username` and `password` of the store's owner. */
  readonly owner: secretsmanager.ISecret;
  /** What serves: the same of an account that may change data and no more, which a migration makes. */
  readonly service: secretsmanager.ISecret;
}
