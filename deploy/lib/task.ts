import { CfnParameter, Duration, RemovalPolicy, Validations, type Stack } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import type * as ecr from 'aws-cdk-lib/aws-ecr';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import type { Service } from '../../scripts/services/services.ts';
import { fillIn, type Environment, type Tasks } from './environment.ts';
import { STOP_TIMEOUT_S } from './timings.ts';
import type { Store } from './store.ts';

const SECRETS = '/run/secrets';
const STATE = '/var/lib/tributary';
/** What the operating system and the proxy of Service Connect need of a task's memory. */
const RESERVED_MEMORY_MIB = 256;

export interface TaskOptions {
  readonly environment: Environment;
  readonly service: Service;
  readonly size: Tasks;
  readonly repository: ecr.IRepository;
  readonly store: Store | undefined;
  readonly command: readonly string[];
  /** Migrates its store, as the store's owner: serves nobody and has nothing else to know. */
  readonly isMigration?: boolean;
  /** Settings beyond those of services.json. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Files below /run/secrets that are no secrets, by name. */
  readonly files?: Readonly<Record<string, string>>;
  /** Keeps what it writes to /var/lib/tributary. */
  readonly state?: ecs.EfsVolumeConfiguration;
  /** MiB of the task's memory for containers that are added to it. */
  readonly reservedMemoryMiB?: number;
}

/** Settings, and secrets by the setting that names their file, of a service where people use it. */
export function settingsOf(environment: Environment, service: Service) {
  const { secrets = {}, settings = {} } = service.deployed ?? {};
  const files = { ...service.secrets, ...secrets };
  // Atlas is reached with a URI that somebody has put there; a store of ours has one that is made of its credentials.
  if (service.store === 'mongo' && environment.documents === 'atlas')
    files['MONGODB_URI_FILE'] = 'mongodb-uri';
  const texts = Object.entries({ ...service.settings, ...settings }).map(([name, text]) => [
    name,
    fillIn(environment, text),
  ]);
  return { files, settings: Object.fromEntries(texts) as Readonly<Record<string, string>> };
}

/**
 * A task of a service: a container that writes its secrets into files and ends, and then the service's own, which has
 * none in its environment. The image's tag is a parameter, so that a release is a deployment of one stack.
 */
export function createTask(stack: Stack, options: TaskOptions): ecs.FargateTaskDefinition {
  const { environment, service, size, store, command, isMigration = false, state } = options;
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
    volumes: [
      { name: 'secrets' },
      ...(state === undefined ? [] : [{ name: 'state', efsVolumeConfiguration: state }]),
    ],
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
  const hardened = { image, logging, readonlyRootFilesystem: true, user: '1000:1000' };

  const given = settingsOf(environment, service);
  // A migration asks for nothing but its store.
  const wanted = Object.entries(given.files).filter(
    ([setting]) => !isMigration || setting === 'MONGODB_URI_FILE',
  );
  const variableOf = (name: string): string => name.toUpperCase().replace(/\W/g, '_');
  const secretOf = (name: string): ecs.Secret =>
    ecs.Secret.fromSecretsManager(
      secretsmanager.Secret.fromSecretNameV2(
        stack,
        `Secret-${name}`,
        `tributary/${environment.name}/${service.name}/${name}`,
      ),
    );
  const byArn = (id: string, { secretArn }: secretsmanager.ISecret) =>
    secretsmanager.Secret.fromSecretCompleteArn(stack, id, secretArn);
  const credentials = store && byArn('StoreCredentials', isMigration ? store.owner : store.service);
  const role = isMigration && store !== undefined ? byArn('StoreRole', store.service) : undefined;
  const writer = task.addContainer('secrets', {
    ...hardened,
    essential: false,
    entryPoint: ['node', '/app/write-secret-files.js', SECRETS],
    memoryReservationMiB: 64,
    environment: {
      ...Object.fromEntries(wanted.map(([, name]) => [`FILE_${name}`, `{{${variableOf(name)}}}`])),
      ...Object.fromEntries(
        Object.entries(options.files ?? {}).map(([name, content]) => [`FILE_${name}`, content]),
      ),
      ...(store !== undefined && { 'FILE_store-url': store.urlTemplate }),
      ...(role !== undefined && { 'FILE_role-password': '{{ROLE_PASSWORD}}' }),
    },
    secrets: {
      ...Object.fromEntries(wanted.map(([, name]) => [variableOf(name), secretOf(name)])),
      ...(credentials !== undefined && {
        USERNAME: ecs.Secret.fromSecretsManager(credentials, 'username'),
        PASSWORD: ecs.Secret.fromSecretsManager(credentials, 'password'),
      }),
      ...(role !== undefined && { ROLE_PASSWORD: ecs.Secret.fromSecretsManager(role, 'password') }),
    },
  });
  const mount = { sourceVolume: 'secrets', containerPath: SECRETS };
  writer.addMountPoints({ ...mount, readOnly: false });
  const storeSetting = store === undefined ? {} : { [store.setting]: `${SECRETS}/store-url` };
  const main = task.addContainer(service.name, {
    ...hardened,
    command: [...command],
    environment: {
      ...(isMigration ? {} : given.settings),
      ...Object.fromEntries(wanted.map(([setting, name]) => [setting, `${SECRETS}/${name}`])),
      ...storeSetting,
      ...options.settings,
    },
    memoryLimitMiB: size.memoryMiB - RESERVED_MEMORY_MIB - (options.reservedMemoryMiB ?? 0),
    stopTimeout: Duration.seconds(STOP_TIMEOUT_S),
    linuxParameters: new ecs.LinuxParameters(stack, 'Linux', { initProcessEnabled: true }),
    ...(!isMigration && {
      portMappings: [{ name: service.name, containerPort: service.port, appProtocol: ecs.AppProtocol.http }],
      healthCheck: {
        command: ['CMD', '/app/healthcheck.sh'],
        interval: Duration.seconds(10),
        timeout: Duration.seconds(10),
        retries: 6,
        startPeriod: Duration.seconds(120),
      },
    }),
  });
  main.addMountPoints({ ...mount, readOnly: true });
  if (state !== undefined)
    main.addMountPoints({ sourceVolume: 'state', containerPath: STATE, readOnly: false });
  const after = (container: ecs.ContainerDefinition) => ({
    container,
    condition: ecs.ContainerDependencyCondition.SUCCESS,
  });
  main.addContainerDependencies(after(writer));
  if (role !== undefined) {
    // Before it migrates: what the owner makes from then on is the role's to use.
    const maker = task.addContainer('role', {
      ...hardened,
      essential: false,
      entryPoint: ['node', '/app/ensure-role.js', service.name],
      memoryReservationMiB: 64,
      environment: { ...storeSetting, SERVICE_PASSWORD_FILE: `${SECRETS}/role-password` },
    });
    maker.addMountPoints({ ...mount, readOnly: true });
    maker.addContainerDependencies(after(writer));
    main.addContainerDependencies(after(maker));
  }
  Validations.of(task).acknowledge({
    id: 'AwsSolutions-ECS2',
    reason:
      'What stands in the environment is configuration and names of files; secrets come from Secrets Manager.',
  });
  Validations.of(task).acknowledge({
    id: 'AwsSolutions-IAM5[Resource::*]',
    reason: 'Logging in to the registry of images and sending traces have no resource to name.',
  });
  return task;
}
