/**
 * Several statements in one message and one answer: to write to a connection, and to be woken by its answer, costs both
 * sides more than most statements do.
 *
 * What follows a statement that failed is skipped by the server, up to the end of the trip, without being looked at.
 *
 * @see https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-PIPELINING
 */
import pg from 'pg';

export interface Statement {
  /** Under which the connection keeps its plan; undefined for one that is planned each time. */
  readonly name: string | undefined;
  readonly text: string;
  readonly values: readonly unknown[];
}

export interface TripOutcome {
  /** Of the statements that were done, in their order. */
  readonly results: readonly pg.QueryResult[];
  /** Of the one after those; undefined when all were done. */
  readonly error: unknown;
}

type Fields = readonly unknown[];

/** What pg's own queries are made of, as far as it is used here. */
interface Connection {
  readonly stream: { cork(): void; uncork(): void; destroy(error: Error): void };
  /** Texts by name, of what the server has parsed and of what was sent to be. */
  readonly parsedStatements: Record<string, string>;
  readonly submittedNamedStatements: Record<string, string>;
  close(what: { readonly type: 'S'; readonly name: string }): void;
  parse(statement: { readonly name: string; readonly text: string }): void;
  bind(portal: {
    readonly portal: string;
    readonly statement: string;
    readonly values: readonly unknown[];
    readonly valueMapper: (value: unknown) => unknown;
  }): void;
  describe(what: { readonly type: 'P'; readonly name: string }): void;
  execute(portal: { readonly portal: string }): void;
  sync(): void;
}
interface ResultBuilder extends pg.QueryResult {
  addFields(fields: Fields): void;
  parseRow(columns: readonly unknown[]): unknown;
  addRow(row: unknown): void;
  addCommandComplete(message: unknown): void;
}
const Result = (pg as unknown as { readonly Result: new () => ResultBuilder }).Result;
const { prepareValue } = (
  pg as unknown as { readonly utils: { readonly prepareValue: (value: unknown) => unknown } }
).utils;

/** What each statement answers, once that was described, by connection and name. No columns: null. */
const described = new WeakMap<Connection, Map<string, Fields | null>>();

/** Handed to `pg.Client.query`, once. */
export class RoundTrip extends pg.Query {
  readonly #statements: readonly Statement[];
  readonly #settle: (outcome: TripOutcome) => void;
  readonly #results: ResultBuilder[] = [];
  readonly #parsed: Statement[] = [];
  #known = new Map<string, Fields | null>();
  #fields: Fields | null = null;
  #current: ResultBuilder | undefined;
  #unreadable: unknown;

  /** @param settle Called once. */
  constructor(statements: readonly Statement[], settle: (outcome: TripOutcome) => void) {
    super({ text: '' });
    this.#statements = statements;
    this.#settle = settle;
    // The client would make a promise of its own otherwise.
    (this as unknown as { callback: () => void }).callback = () => undefined;
  }

  override submit = (connection: unknown): void => {
    this.#submit(connection as Connection);
  };

  #submit(connection: Connection): void {
    this.#known = described.get(connection) ?? new Map<string, Fields | null>();
    described.set(connection, this.#known);
    connection.stream.cork();
    try {
      for (const statement of this.#statements) this.#send(connection, statement);
      connection.sync();
    } catch (error) {
      // A value that cannot be written down: half of this is sent already, and must not happen.
      connection.stream.destroy(error instanceof Error ? error : new Error(String(error)));
    } finally {
      connection.stream.uncork();
    }
  }

  #send(connection: Connection, statement: Statement): void {
    const { name = '', text, values } = statement;
    const { parsedStatements, submittedNamedStatements } = connection;
    if (name === '' || (parsedStatements[name] ?? submittedNamedStatements[name]) !== text) {
      // A trip that failed does not tell how far the server got with parsing.
      if (name !== '') connection.close({ type: 'S', name });
      connection.parse({ name, text });
      submittedNamedStatements[name] = text;
      this.#parsed.push(statement);
    }
    connection.bind({ portal: '', statement: name, values, valueMapper: prepareValue });
    if (!this.#known.has(name)) connection.describe({ type: 'P', name: '' });
    connection.execute({ portal: '' });
  }

  handleRowDescription({ fields }: { readonly fields: Fields }): void {
    this.#fields = fields;
  }

  handleDataRow({ fields: columns }: { readonly fields: readonly unknown[] }): void {
    if (this.#unreadable !== undefined) return;
    try {
      const result = this.#resultNow();
      result.addRow(result.parseRow(columns));
    } catch (error) {
      this.#unreadable = error;
    }
  }

  handleCommandComplete(message: unknown): void {
    const result = this.#resultNow();
    result.addCommandComplete(message);
    const name = this.#statements[this.#results.length]?.name;
    if (name !== undefined && !this.#known.has(name)) this.#known.set(name, this.#fields);
    this.#results.push(result);
    this.#current = undefined;
    this.#fields = null;
  }

  #resultNow(): ResultBuilder {
    if (this.#current !== undefined) return this.#current;
    const name = this.#statements[this.#results.length]?.name ?? '';
    const fields = this.#known.get(name) ?? this.#fields;
    this.#current = new Result();
    if (fields !== null) this.#current.addFields(fields);
    return this.#current;
  }

  handleError(error: unknown, connection: unknown): void {
    const { submittedNamedStatements } = connection as Connection;
    for (const { name = '' } of this.#parsed) {
      Reflect.deleteProperty(submittedNamedStatements, name);
      this.#known.delete(name);
    }
    this.#settle({ results: this.#results, error });
  }

  handleReadyForQuery(connection: unknown): void {
    const { parsedStatements, submittedNamedStatements } = connection as Connection;
    for (const { name = '', text } of this.#parsed) {
      Reflect.deleteProperty(submittedNamedStatements, name);
      if (name !== '') parsedStatements[name] = text;
    }
    // What cannot be read is a bug that surfaces as the trip's, though the server has done all of it.
    if (this.#unreadable === undefined) this.#settle({ results: this.#results, error: undefined });
    else this.#settle({ results: [], error: this.#unreadable });
  }
}
