import { describe, expect, it } from '@jest/globals';
import { rememberCredentials, type AwsCredentials } from './remember-credentials.ts';

const MINUTE = 60_000;

describe('remembered credentials', () => {
  const credentials = (accessKeyId: string, endsAt?: number): AwsCredentials => ({
    accessKeyId,
    secretAccessKey: 'secret',
    ...(endsAt === undefined ? {} : { expiration: new Date(endsAt) }),
  });
  let now = 0;
  let asked = 0;
  const remembered = (answers: readonly (AwsCredentials | Error)[]) => {
    now = 0;
    asked = 0;
    return rememberCredentials(
      () => {
        const answer = answers[asked];
        asked += 1;
        return answer instanceof Error || answer === undefined
          ? Promise.reject(answer ?? new Error())
          : Promise.resolve(answer);
      },
      () => now,
    );
  };

  it('are asked for once, by whoever asks at the same time too', async () => {
    const find = remembered([credentials('a')]);

    await Promise.all([find(), find()]);
    await find();
    expect(asked).toBe(1);
  });

  it('are asked for again shortly before they end', async () => {
    const find = remembered([credentials('a', 60 * MINUTE), credentials('b', 120 * MINUTE)]);

    await find();
    now = 54 * MINUTE;
    expect((await find()).accessKeyId).toBe('a');
    now = 56 * MINUTE;
    expect((await find()).accessKeyId).toBe('b');
  });

  it('are used to their end when there are no others', async () => {
    const find = remembered([
      credentials('a', 60 * MINUTE),
      new Error('away'),
      new Error('away'),
      credentials('b'),
    ]);

    await find();
    now = 56 * MINUTE;
    expect((await find()).accessKeyId).toBe('a');
    now = 60 * MINUTE;
    await expect(find()).rejects.toThrow('away');
    expect((await find()).accessKeyId).toBe('b');
  });
});
