import { CfnParameter, Duration, RemovalPolicy, Validations, type Stack } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import type * as ecr from 'aws-cdk-lib/aws-ecr';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import type { Service } from '../../scripts/services/services.ts';
import type { Environment, Tasks } from './environment.ts';
import { STOP_TIMEOUT_S } from './timings.ts';
import type { Store } from './store.ts';

const SECRETS = '/run/secrets';
/** What the operating system and the proxy of Service Connect need of a task's memory. */
const RESERVED_MEMORY_MIB = 256;

export interface TaskOptions {
  readonly environment: Environment;
  readonly service: Service;
  readonly size: Tasks;
  readonly repository: ecr.IRepository;
  readonly store: Store | undefined;
  readonly command: readonly string[];
  /** Settings beyond those of services.json. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Files below /run/secrets that are no secrets, by name. */
  readonly files?: Readonly<Record<string, string>>;
  /** Secrets beyond those of services.json: names of files. */
  readonly secrets?: readonly string[];
}

/**
 * A task of a service: a container that writes its secrets into files and ends, and then the service's own, which has
 * none in its environment. The image's tag is a parameter, so that a release is a deployment of one stack.
 */
export function createTask(stack: Stack, options: TaskOptions): ecs.FargateTaskDefinition {
  const { environment, service, size, store, command } = options;
  const tag = new CfnParameter(stack, 'ImageTag', {
    description: 'Tag of the image: a commit',
    allowedPattern: '[0-9a-f]{40}',
  });
  const task = new ecs.FargateTaskDefinition(stack, 'Task', {
    family: stack.stackName,
    cpu: size.cpu,
    memoryLimitMiB: size.memoryMiB,
    runtimePlatform: {
      cpuArchitecture: ecs.CpuArchitecture.ARM64,
      operatingSystemFamily: ecs.OperatingSystemFamily.LINUX,
    },
    volumes: [{ name: 'secrets' }],
  });
  const image = ecs.ContainerImage.fromEcrRepository(options.repository, tag.valueAsString);
  const logging = ecs.LogDrivers.awsLogs({
    streamPrefix: service.name,
    mode: ecs.AwsLogDriverMode.NON_BLOCKING,
    logGroup: new logs.LogGroup(stack, 'Logs', {
      logGroupName: `/tributary/${environment.name}/${stack.stackName}`,
      retention: logs.RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    }),
  });

  const names = [...Object.values(service.secrets), ...(options.secrets ?? [])];
  const variableOf = (name: string): string => name.toUpperCase().replace(/\W/g, '_');
  const secretFiles = names.map((name) => {
    const secretName = `tributary/${environment.name}/${service.name}/${name}`;
    return {
      name,
      secret: ecs.Secret.fromSecretsManager(
        secretsmanager.Secret.fromSecretNameV2(stack, `Secret-${name}`, secretName),
      ),
    };
  });
  const credentials =
    store === undefined
      ? undefined
      : secretsmanager.Secret.fromSecretCompleteArn(stack, 'StoreCredentials', store.credentials.secretArn);
  const hardened = {
    image,
    logging,
    readonlyRootFilesystem: true,
    user: '1000:1000',
  };
  const writer = task.addContainer('secrets', {
    ...hardened,
    essential: false,
    entryPoint: ['node', '/app/write-secret-files.js', SECRETS],
    memoryReservationMiB: 64,
    environment: {
      ...Object.fromEntries(names.map((name) => [`FILE_${name}`, `{{${variableOf(name)}}}`])),
      ...Object.fromEntries(
        Object.entries(options.files ?? {}).map(([name, content]) => [`FILE_${name}`, content]),
      ),
      ...(store !== undefined && { 'FILE_store-url': store.urlTemplate }),
    },
    secrets: {
      ...Object.fromEntries(secretFiles.map(({ name, secret }) => [variableOf(name), secret])),
      ...(credentials !== undefined && {
        USERNAME: ecs.Secret.fromSecretsManager(credentials, 'username'),
        PASSWORD: ecs.Secret.fromSecretsManager(credentials, 'password'),
      }),
    },
  });
  const main = task.addContainer(service.name, {
    ...hardened,
    command: [...command],
    environment: {
      ...service.settings,
      ...Object.fromEntries(
        Object.entries(service.secrets).map(([setting, name]) => [setting, `${SECRETS}/${name}`]),
      ),
      ...(store !== undefined && { [store.setting]: `${SECRETS}/store-url` }),
      ...options.settings,
    },
    memoryLimitMiB: size.memoryMiB - RESERVED_MEMORY_MIB,
    stopTimeout: Duration.seconds(STOP_TIMEOUT_S),
    linuxParameters: new ecs.LinuxParameters(stack, 'Linux', { initProcessEnabled: true }),
    portMappings: [{ name: service.name, containerPort: service.port, appProtocol: ecs.AppProtocol.http }],
    healthCheck: {
      command: ['CMD', 'node', '/app/healthcheck.js'],
      interval: Duration.seconds(10),
      timeout: Duration.seconds(5),
      retries: 3,
      startPeriod: Duration.seconds(60),
    },
  });
  const mount = { sourceVolume: 'secrets', containerPath: SECRETS };
  writer.addMountPoints({ ...mount, readOnly: false });
  main.addMountPoints({ ...mount, readOnly: true });
  main.addContainerDependencies({ container: writer, condition: ecs.ContainerDependencyCondition.SUCCESS });
  Validations.of(task).acknowledge({
    id: 'AwsSolutions-ECS2',
    reason:
      'What stands in the environment is configuration and names of files; secrets come from Secrets Manager.',
  });
  Validations.of(task).acknowledge({
    id: 'AwsSolutions-IAM5[Resource::*]',
    reason:
      'Logging in to the registry of images and opening a session into a container have no resource to name.',
  });
  return task;
}
