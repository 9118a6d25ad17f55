/** How mocha names a hook that failed, behind its block: `cart "before each" hook: clean for "adds up"`. */
export const MOCHA_HOOK = /(?:^| )"(?:before|after) (?:all|each)" hook(?::? |$)/;
