/** An operation took longer to plan than it may. */
export class PlanningTimeoutError extends Error {
  constructor(limitMs: number) {
    super(`The operation could not be planned within ${limitMs} ms.`);
    this.name = 'PlanningTimeoutError';
  }
}

/** More operations wait to be planned than may wait, or the gateway is stopping. */
export class PlannerBusyError extends Error {
  constructor() {
    super('Too many new operations are waiting to be planned. Try again.');
    this.name = 'PlannerBusyError';
  }
}

/** The planning thread could not do what it was asked; the message is its own. */
export class PlanningFailedError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'PlanningFailedError';
  }
}
