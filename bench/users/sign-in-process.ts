/**
 * A process of its own that keeps sign-ins under way, so that what they cost their client is not in the way of the clock of
 * those that are measured. Started by `sign-in-load.ts` with the origin of the service and the file of the gateway's key.
 */
import { createViewerTokenSigner, readJsonFile, SigningKey } from '@tributary/service-kit';
import { graphqlClient } from '@tributary/testkit';
import { SAMPLE_PASSWORD } from '../../scripts/system/seed-orders.ts';

const [origin = '', keyFile = '', atOnce = ''] = process.argv.slice(2);

const SIGN_IN =
  'mutation ($input: SignInInput!) { signIn(input: $input) { tokens { tokenType } userErrors { __typename } } }';
const MAILBOXES = ['ada', 'grace', 'bjork', 'yuki', 'fatima', 'sean', 'priya', 'lukas', 'chloe', 'mateo'];

const signer = await createViewerTokenSigner(
  'gateway',
  await readJsonFile('bench', 'key', keyFile, SigningKey),
);
let going = false;
let done: Promise<readonly number[]> | undefined;

/** Each account has its turns alone, and each stranger an address of their own: limits would count them together. */
async function signInAgainAndAgain(loop: number): Promise<number> {
  const mailbox = MAILBOXES[loop];
  let turn = 0;
  for (; going; turn += 1) {
    const address = `10.${loop}.${turn >> 8}.${turn & 255}`;
    const request = graphqlClient(`${origin}/graphql`, 'users', signer, { 'x-forwarded-for': address });
    const email =
      mailbox === undefined
        ? `nobody-${loop}-${turn}-${Date.now()}@example.org`
        : `${mailbox}@tributary.example`;
    const { data } = (await request(SIGN_IN, { input: { email, password: SAMPLE_PASSWORD } })) as {
      readonly data?: {
        readonly signIn?: { readonly tokens: unknown; readonly userErrors: readonly unknown[] };
      };
    };
    // One that is refused without a hash would not be the load that is told of.
    const isRight =
      mailbox === undefined
        ? JSON.stringify(data?.signIn?.userErrors) === '[{"__typename":"InvalidCredentialsError"}]'
        : data?.signIn?.tokens !== null;
    if (!isRight) throw new Error(`a sign-in of ${email} ended otherwise: ${JSON.stringify(data)}`);
  }
  return turn;
}

process.on('message', (command: 'start' | 'stop') => {
  if (command === 'start') {
    going = true;
    done = Promise.all(Array.from({ length: Number(atOnce) }, (_, loop) => signInAgainAndAgain(loop)));
    return;
  }
  going = false;
  void done?.then((counts) => process.send?.(counts.reduce((sum, count) => sum + count, 0)));
});
