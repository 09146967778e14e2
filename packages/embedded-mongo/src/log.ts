/** Where the server tells what an operator should know: repairs, compactions, refused connections. */
export type Log = (message: string) => void;
