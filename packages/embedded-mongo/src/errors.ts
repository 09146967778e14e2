import type { Doc } from './bson/value.ts';

/** MongoDB's own numbers: drivers and applications branch on them, so a made-up code would be a wrong answer. */
export const ERROR_CODES = {
  InternalError: 1,
  BadValue: 2,
  FailedToParse: 9,
  TypeMismatch: 14,
  Overflow: 15,
  InvalidLength: 16,
  IllegalOperation: 20,
  NamespaceNotFound: 26,
  IndexNotFound: 27,
  PathNotViable: 28,
  ConflictingUpdateOperators: 40,
  CursorNotFound: 43,
  NamespaceExists: 48,
  MaxTimeMSExpired: 50,
  DollarPrefixedFieldName: 52,
  InvalidIdField: 53,
  CommandNotFound: 59,
  ImmutableField: 66,
  CannotCreateIndex: 67,
  InvalidOptions: 72,
  InvalidNamespace: 73,
  IndexOptionsConflict: 85,
  IndexKeySpecsConflict: 86,
  ShutdownInProgress: 91,
  UnsatisfiableWriteConcern: 100,
  ConflictingOperationInProgress: 117,
  WriteConflict: 112,
  CommandNotSupported: 115,
  ConversionFailure: 241,
  CannotIndexParallelArrays: 171,
  InvalidPipelineOperator: 168,
  TransactionTooOld: 225,
  NoSuchTransaction: 251,
  TransactionCommitted: 256,
  InvalidResumeToken: 260,
  ExceededTimeLimit: 262,
  OperationNotSupportedInTransaction: 263,
  ChangeStreamFatalError: 280,
  ChangeStreamHistoryLost: 286,
  NotWritablePrimary: 10107,
  BsonObjectTooLarge: 10334,
  DuplicateKey: 11000,
  NotPrimaryNoSecondaryOk: 13435,
  OutOfDiskSpace: 14031,
  UnknownStage: 40324,
  UnknownField: 40415,
} as const;

export type ErrorCodeName = keyof typeof ERROR_CODES;

/** A refusal that travels to the client as `{ok: 0, code, codeName, errmsg}` or as one entry of `writeErrors`. */
export class MongoError extends Error {
  readonly code: number;
  readonly codeName: string;
  /** Fields added to the reply beside the code, such as `keyPattern` and `keyValue`. */
  readonly details: Doc;

  constructor(code: ErrorCodeName | number, message: string, details: Doc = {}) {
    super(message);
    this.code = typeof code === 'number' ? code : ERROR_CODES[code];
    this.codeName = typeof code === 'number' ? `Location${String(code)}` : code;
    this.details = details;
  }
}

/** Something real MongoDB has and this server has not; the message says which, so nobody debugs a wrong answer. */
export function notSupported(what: string): MongoError {
  return new MongoError('CommandNotSupported', `embedded-mongo does not support ${what}`);
}
