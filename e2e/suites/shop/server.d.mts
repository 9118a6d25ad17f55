/** A shop that listens on this machine alone. */
export interface Shop {
  /** Without a slash at the end. */
  readonly url: string;
  readonly name: string;
  /** Ends the server and every open connection. */
  close(): Promise<void>;
}

/**
 * Starts a shop of its own, with nothing in its carts. Port 0 takes a free one.
 * From `env`: SHOP_NAME, and SHOP_FAIL, SHOP_FLAKY and SHOP_SLOW set to 1 let it misbehave.
 */
export function startShop(options?: { port?: number; env?: Readonly<Record<string, string | undefined>> }): Promise<Shop>;
