import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Viewer } from '@tributary/service-kit';
import { userViewer, waitFor } from '@tributary/testkit';
import { startTestUsers, uuidOf, type SignedIn, type TestUsers } from './testing/start-test-users.ts';

const EXPORT = 'dataExport { id status requestedAt downloadUrl expiresAt }';
const REQUEST = `mutation { answer: dataExportRequest { ${EXPORT} userErrors { code } } }`;
const VIEWER = `{ answer: viewer { ${EXPORT} } }`;
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

describe('an export of what is known of a person', () => {
  let users: TestUsers;
  /** What products does when it is asked. */
  let products: (userId: string) => Promise<unknown>;
  const ask = async (document: string, viewer?: Viewer) => {
    const { data, errors } = await users.request(document, {}, viewer);
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
    return data.answer;
  };
  const fresh = ({ viewer }: SignedIn): Viewer => ({
    ...(viewer as Extract<Viewer, { kind: 'user' }>),
    authTime: users.clock.now().getTime() / 1_000,
  });
  const isReady = (person: SignedIn) =>
    waitFor(
      async () => {
        const { dataExport } = await ask(VIEWER, fresh(person));
        return dataExport?.status === 'READY' ? dataExport : undefined;
      },
      { what: 'the export' },
    );
  const download = (url: string) => fetch(url.replace('https://accounts.test', users.url));

  beforeAll(async () => {
    users = await startTestUsers({
      dataSources: [{ name: 'products', collect: (userId) => products(userId) }],
    });
  });
  beforeEach(() => {
    products = (userId) => Promise.resolve({ reviews: [`of ${userId}`] });
  });
  afterAll(() => users.stop());

  it('holds what every service knows, and no secret; a mail says that it is ready', async () => {
    const person = await users.registerAndSignIn('curious@example.org');
    expect(await ask(REQUEST, fresh(person))).toMatchObject({
      dataExport: { id: expect.stringMatching(/^dex_/), downloadUrl: null },
      userErrors: [],
    });

    const { downloadUrl, expiresAt } = await isReady(person);
    expect(new Date(expiresAt).getTime()).toBe(users.clock.now().getTime() + 7 * DAY_MS);
    const response = await download(downloadUrl);
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="my-data.json"');
    expect(response.headers.get('cache-control')).toBe('no-store');
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject({
      id: person.id,
      users: {
        account: { email: 'curious@example.org', displayName: 'Test Person', roles: ['CUSTOMER'] },
        addresses: [],
        sessions: [{ methods: ['PASSWORD'] }],
        history: [{ type: 'SIGNED_IN' }, { type: 'REGISTERED' }],
      },
      products: { reviews: [`of ${person.id}`] },
    });
    expect(text).not.toContain('argon2');
    const mail = await users.receiveMail('curious@example.org', 'Your data is ready');
    expect(mail.text).not.toContain('data-exports');
    const { rows } = await users.pool.query<{ sealed: Buffer }>(
      'SELECT document_sealed AS sealed FROM data_exports WHERE user_id = $1',
      [uuidOf(person.id)],
    );
    expect(rows[0]?.sealed.toString('latin1')).not.toContain('curious@');
  });

  it('is given to its owner alone, after a fresh sign-in, by a link of a quarter of an hour', async () => {
    const person = await users.registerAndSignIn('owner@example.org');
    await ask(REQUEST, fresh(person));
    const { downloadUrl } = await isReady(person);

    expect((await ask(VIEWER, person.viewer)).dataExport).toMatchObject({
      status: 'READY',
      downloadUrl: null,
    });
    const support = userViewer('usr_00000000000000000000000001', ['users:read']);
    const seen = await ask(`{ answer: user(id: "${person.id}") { ${EXPORT} } }`, support);
    expect(seen.dataExport).toMatchObject({ status: 'READY', downloadUrl: null });

    expect((await download(`${downloadUrl.slice(0, -2)}AA`)).status).toBe(404);
    expect((await download('https://accounts.test/data-exports/')).status).toBe(404);
    expect((await download(downloadUrl)).status).toBe(200);
    users.clock.advanceMs(15 * MINUTE_MS);
    expect((await download(downloadUrl)).status).toBe(404);
    const again = await isReady(person);
    expect((await download(again.downloadUrl)).status).toBe(200);
    users.clock.advanceMs(7 * DAY_MS);
    expect((await download(again.downloadUrl)).status).toBe(404);
    expect((await ask(VIEWER, fresh(person))).dataExport).toMatchObject({
      status: 'EXPIRED',
      downloadUrl: null,
    });
  });

  it('waits for a service that is away, and is begun once however often it is asked for', async () => {
    const person = await users.registerAndSignIn('patient@example.org');
    let isAway = true;
    let asked = 0;
    products = () => {
      asked += 1;
      return isAway ? Promise.reject(new Error('products answered 503')) : Promise.resolve({});
    };
    const answers = await Promise.all([1, 2, 3].map(() => ask(REQUEST, fresh(person))));
    expect(new Set(answers.map(({ dataExport }) => dataExport.id)).size).toBe(1);
    await waitFor(() => asked > 0);
    expect((await ask(VIEWER, fresh(person))).dataExport.status).toBe('COLLECTING');

    isAway = false;
    users.clock.advanceMs(10 * MINUTE_MS);
    const { id } = await isReady(person);
    expect((await ask(REQUEST, fresh(person))).dataExport.id).toBe(id);
    users.clock.advanceMs(DAY_MS);
    expect((await ask(REQUEST, fresh(person))).dataExport.id).not.toBe(id);
  });

  it('needs somebody who has just signed in', async () => {
    const person = await users.registerAndSignIn('stale@example.org');
    expect(await ask(REQUEST, person.viewer)).toEqual({
      dataExport: null,
      userErrors: [{ code: 'REAUTHENTICATION_REQUIRED' }],
    });
    const { errors } = await users.request(REQUEST);
    expect(errors?.[0]?.extensions?.code).toBe('UNAUTHENTICATED');
  });
});
