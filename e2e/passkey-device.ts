import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, CDPSession } from 'playwright-core';

/** An empty page on localhost, which browsers take for a safe place. */
export interface Site {
  readonly origin: string;
  close(): Promise<void>;
}

export async function startSite(): Promise<Site> {
  const server: Server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Shop</title>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://localhost:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** What WebAuthn's options and answers are as JSON. */
export type Json = Readonly<Record<string, unknown>>;

/** A browser with an authenticator of its own, for one person. */
export interface Device {
  /** Adds a passkey; the answer of the authenticator as JSON. */
  create(options: Json): Promise<Json>;
  /** Signs with whatever passkey it has for the page. */
  sign(options: Json): Promise<Json>;
  open(url: string): Promise<void>;
  /** Sets back, or forward, what it thinks how often it has signed: as a copy of it would. */
  setCounter(counter: number): Promise<void>;
  /** Whether it finds its user when it looks for their finger. */
  setUserVerified(isUserVerified: boolean): Promise<void>;
  /** Asks as a script of the open page does, with its cookies; the answer, as far as the page may read it. */
  fetch(url: string, body: Json, headers?: Readonly<Record<string, string>>): Promise<unknown>;
  /** What scripts of the page see of its cookies. */
  readCookies(): Promise<string>;
  /** What the browser sends to this URL, HttpOnly or not, as the header has it. */
  cookiesFor(url: string): Promise<string>;
  close(): Promise<void>;
}

export async function openDevice(browser: Browser, url: string): Promise<Device> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(url);
  const devtools = await context.newCDPSession(page);
  const authenticatorId = await addAuthenticator(devtools);
  return {
    create: (options) =>
      page.evaluate(async (json) => {
        const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(json as never);
        const made = (await navigator.credentials.create({ publicKey })) as PublicKeyCredential;
        return made.toJSON() as unknown as Json;
      }, options),
    sign: (options) =>
      page.evaluate(async (json) => {
        const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(json as never);
        const made = (await navigator.credentials.get({ publicKey })) as PublicKeyCredential;
        return made.toJSON() as unknown as Json;
      }, options),
    open: async (other) => {
      await page.goto(other);
    },
    setCounter: async (signCount) => {
      const { credentials } = await devtools.send('WebAuthn.getCredentials', { authenticatorId });
      for (const credential of credentials) {
        await devtools.send('WebAuthn.removeCredential', {
          authenticatorId,
          credentialId: credential.credentialId,
        });
        await devtools.send('WebAuthn.addCredential', {
          authenticatorId,
          credential: { ...credential, signCount },
        });
      }
    },
    setUserVerified: async (isUserVerified) => {
      await devtools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified });
    },
    fetch: (target, body, headers = {}) =>
      page.evaluate(
        async ([address, json, more]) => {
          try {
            const response = await fetch(address, {
              method: 'POST',
              headers: { 'content-type': 'application/json', ...more },
              body: JSON.stringify(json),
              credentials: 'include',
            });
            return (await response.json()) as unknown;
          } catch (error) {
            return String(error);
          }
        },
        [target, body, headers] as const,
      ),
    readCookies: () => page.evaluate(() => document.cookie),
    cookiesFor: async (target) =>
      (await context.cookies(target)).map(({ name, value }) => `${name}=${value}`).join('; '),
    close: () => context.close(),
  };
}

async function addAuthenticator(devtools: CDPSession): Promise<string> {
  await devtools.send('WebAuthn.enable');
  const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return authenticatorId;
}
