import { z } from 'zod';

// zod compiles object schemas by `new Function`, which the page's security policy forbids. It decides when a schema is made,
// so this module has to be the first that is loaded.
z.config({ jitless: true });
