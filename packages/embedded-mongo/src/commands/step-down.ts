import { MongoError } from '../errors.ts';
import type { Command } from './command.ts';
import { countField, flagField } from './fields.ts';

/** For tests of how clients bear an election: open transactions end, as they do on a server. */
export const replSetStepDown: Command = {
  fields: ['secondaryCatchUpPeriodSecs', 'force'],
  run({ server, body }) {
    const seconds = countField(body, 'replSetStepDown') ?? 0;
    if (seconds === 0) throw new MongoError('BadValue', 'stepdown period must be a positive integer');
    if (!flagField(body, 'force'))
      throw new MongoError(
        'ExceededTimeLimit',
        'No electable secondaries caught up. Use the replSetStepDown command with the argument {force: true} to force node to step down.',
      );
    server.role.stepDown(seconds);
    server.sessions.endAll();
    return {};
  },
};
