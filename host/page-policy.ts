/**
 * The content security policy of the window, whoever serves it: nothing is allowed but what its pages need. `connect` names what they may
 * open connections to; null where they need none.
 */
export function pagePolicy(connect: string | null): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    ...(connect === null ? [] : [`connect-src ${connect}`]),
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
