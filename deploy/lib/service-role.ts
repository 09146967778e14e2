import type { Stack } from 'aws-cdk-lib';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { roleOf } from '../../scripts/containers/role-sql.ts';
import type { Environment } from './environment.ts';

/** Name and password of the account that a service serves with; /app/ensure-role.js makes it, before a migration. */
export const addServiceRole = (
  stack: Stack,
  environment: Environment,
  service: string,
): secretsmanager.ISecret =>
  new secretsmanager.Secret(stack, 'ServiceRole', {
    secretName: `tributary/${environment.name}/${service}/store-role`,
    description: `Account that ${service} serves with: it changes data and no more`,
    generateSecretString: {
      secretStringTemplate: JSON.stringify({ username: roleOf(service) }),
      generateStringKey: 'password',
      passwordLength: 48,
      excludePunctuation: true,
    },
  });
