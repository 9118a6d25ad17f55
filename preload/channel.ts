/** The only channel between page and main process: the number of a connection and a JSON-RPC message, in both directions. */
export const CHANNEL = 'rpc';
