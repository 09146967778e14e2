import {
  startHttpServer,
  type HttpServer,
  type Logger,
  type ReadinessCheck,
  type Trust,
} from '@tributary/service-kit';
import { createSubgraph, type PeriodicWorker, type Sealer } from '@tributary/subgraph-kit';
import { createContext } from './context.ts';
import { createAccessTokenIssuer, type AccessTokenOptions } from './credentials/access-token-issuer.ts';
import { jwksRoute } from './credentials/jwks-route.ts';
import { createRelyingParty, type RelyingPartyOptions } from './credentials/relying-party.ts';
import { createPasswordHasher, type Argon2Parameters } from './credentials/password-hasher.ts';
import type { AddressLimits } from './domain/limits.ts';
import { startMaintenance } from './maintenance.ts';
import { readClient } from './read-client.ts';
import { createFolderMailer } from './mail/folder-mailer.ts';
import { startLetterWriter } from './mail/letter-writer.ts';
import { mailPage } from './mail/mail-page.ts';
import { createSmtpMailer } from './mail/smtp-mailer.ts';
import type { DataSource } from './privacy/data-source.ts';
import { createDownloadLink, DOWNLOAD_PATH } from './privacy/download-link.ts';
import { downloadRoute } from './privacy/download-route.ts';
import { startDataExports } from './privacy/start-data-exports.ts';
import { startErasures } from './privacy/start-erasures.ts';
import { createResolvers } from './resolvers/index.ts';
import { accountActions } from './pages/account-actions.ts';
import { accountPages } from './pages/account-pages.ts';
import { loadSchema } from './schema.ts';
import type { Stores } from './store/stores.ts';

export interface UsersOptions {
  readonly host: string;
  /** 0 picks a free port. */
  readonly port: number;
  /** Who may sign requests. */
  readonly trust: Trust;
  readonly accessToken: AccessTokenOptions;
  /** Undefined: nothing can be stored that must be encrypted, so there are no second factors. */
  readonly sealer: Sealer | undefined;
  /** Of pages that may have refresh tokens in cookies. */
  readonly webOrigins: readonly string[];
  /** Undefined: there are no passkeys. */
  readonly relyingParty: RelyingPartyOptions | undefined;
  readonly limits: AddressLimits;
  /** Undefined: OWASP's minimum. Tests have better things to do. */
  readonly argon2?: Argon2Parameters | undefined;
  readonly mail: MailOptions;
  /** Whether nobody signs in before they have read a mail. */
  readonly needsVerifiedEmail: boolean;
  /** How long the owner of an account may change their mind before it is erased. */
  readonly erasureDelayMs: number;
  /** Origin under which people reach this service's `/data-exports/`. */
  readonly exportBaseUrl: string;
  /** Services that are asked what they know of a person. */
  readonly dataSources: readonly DataSource[];
  /** Proxies before the gateway that add to `X-Forwarded-For`. */
  readonly trustedProxies: number;
  readonly introspection: boolean;
  readonly stores: Stores;
  readonly readiness: readonly ReadinessCheck[];
  readonly logger: Logger;
  /** Tests turn the clock. */
  readonly now?: () => Date;
}

export interface MailOptions {
  /** Undefined: mail is written to the folder instead. */
  readonly smtpUrl: string | undefined;
  readonly folder: string;
  /** Whether the folder's mail is shown at /mail. */
  readonly page: boolean;
  readonly from: string;
  /** Where the pages are that mails link to. */
  readonly accountUrl: string;
}

export interface Users {
  /**
   * Begins to answer requests.
   *
   * @returns the origin that reaches the service, without a trailing slash; GraphQL is at /graphql.
   */
  start(): Promise<string>;
  /** Finishes the requests in flight; the stores stay open. */
  stop(): Promise<void>;
}

/** The users subgraph, wired and ready to start. */
export async function createUsers(options: UsersOptions): Promise<Users> {
  const {
    sealer,
    host,
    port,
    stores,
    logger,
    trust,
    introspection,
    readiness,
    limits,
    trustedProxies,
    mail,
  } = options;
  const now = options.now ?? (() => new Date());
  const accessTokens = createAccessTokenIssuer(options.accessToken);
  const passwords = await createPasswordHasher(options.argon2);
  const resolvers = createResolvers({
    stores,
    passwords,
    accessTokens,
    sealer,
    webOrigins: options.webOrigins,
    relyingParty: options.relyingParty && createRelyingParty(options.relyingParty),
    limits,
    needsVerifiedEmail: options.needsVerifiedEmail,
    erasureDelayMs: options.erasureDelayMs,
    downloadUrlOf:
      sealer === undefined ? undefined : (id) => createDownloadLink(id, options.exportBaseUrl, sealer, now()),
    onLetter: () => letterWriter?.wake(),
    now,
  });
  const subgraph = await createSubgraph({
    name: 'users',
    typeDefs: await loadSchema(),
    resolvers,
    createContext: (viewer, request, response) =>
      createContext(viewer, readClient(request, trustedProxies), {
        stores,
        now,
        setCookie: (cookie) => response.appendHeader('set-cookie', cookie),
      }),
    trust,
    logger,
    introspection,
  });
  let server: HttpServer | undefined;
  let maintenance: PeriodicWorker | undefined;
  let letterWriter: PeriodicWorker | undefined;
  let erasures: PeriodicWorker | undefined;
  let dataExports: PeriodicWorker | undefined;
  const mailer =
    mail.smtpUrl === undefined
      ? createFolderMailer(mail.folder, mail.from, now)
      : createSmtpMailer({ url: mail.smtpUrl, from: mail.from });
  return {
    start: async () => {
      const routes = {
        '/graphql': subgraph.route,
        '/.well-known/jwks.json': jwksRoute(options.accessToken.keys, now),
        ...accountPages(accountActions(resolvers.Mutation, { stores, now })),
        ...(sealer === undefined
          ? {}
          : { [DOWNLOAD_PATH]: downloadRoute({ dataExports: stores.dataExports, sealer, now }) }),
        ...(mail.page ? { '/mail': mailPage(mail.folder) } : {}),
      };
      server = await startHttpServer({ host, port, routes, readiness, logger });
      maintenance = startMaintenance({ stores, keys: options.accessToken.keys, logger, now });
      letterWriter = startLetterWriter({ stores, mailer, accountUrl: mail.accountUrl, logger, now });
      erasures = startErasures({
        stores,
        accessTokenTtlSeconds: options.accessToken.ttlSeconds,
        logger,
        now,
      });
      if (sealer !== undefined)
        dataExports = startDataExports({ stores, sealer, sources: options.dataSources, logger, now });
      return server.url;
    },
    stop: async () => {
      server?.beginDrain();
      await server?.close();
      await maintenance?.stop();
      await letterWriter?.stop();
      await erasures?.stop();
      await dataExports?.stop();
      mailer.close();
      await subgraph.stop();
      await passwords.close();
    },
  };
}
