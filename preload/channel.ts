/** The only channel between page and main process; JSON-RPC messages in both directions. */
export const CHANNEL = 'rpc';
