import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { costs, findProduct, MOST_OF_ONE, PRODUCTS, searchProducts, USERS, voucherPercent } from './catalogue.mjs';
import { cartContents, checkoutForm, loginForm, orderDetails, page, productDetails, productList, searchResults } from './pages.mjs';

const SLOW_STOCK_MS = 10_000;
const NO_ADDRESS = { name: '', street: '', postcode: '' };

/** Raised by a route for an answer that is not its usual one. */
class Answer {
  constructor(status, headers, body = '') {
    this.status = status;
    this.headers = headers;
    this.body = body;
  }
}

const html = (body, status = 200) => new Answer(status, { 'content-type': 'text/html; charset=utf-8' }, body);
const json = (value, status = 200) => new Answer(status, { 'content-type': 'application/json' }, JSON.stringify(value));
const goTo = (location) => new Answer(303, { location });

async function readForm(request) {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk;
  return new URLSearchParams(text);
}

function readQuantity(form) {
  const quantity = Number(form.get('quantity'));
  return Number.isInteger(quantity) && quantity >= 0 ? quantity : undefined;
}

/** Puts this many of a product into the cart; answers the problem, if there is one. */
function setQuantity(session, id, quantity) {
  if (quantity === undefined) return 'The quantity must be a whole number.';
  if (quantity > MOST_OF_ONE) return `We sell up to ${MOST_OF_ONE} of each product.`;
  if (quantity === 0) session.cart.delete(id);
  else session.cart.set(id, quantity);
  return undefined;
}

function sorted(products, sort, upsideDown) {
  if (sort !== 'price') return products.toSorted((a, b) => a.name.localeCompare(b.name));
  const byPrice = products.toSorted((a, b) => a.price - b.price);
  return upsideDown ? byPrice.reverse() : byPrice;
}

/** Each route by method and path; it answers, given the shop, the visitor's session and the request's parts. */
const ROUTES = {
  'GET /': ({ show }) => show('All products', productList(PRODUCTS)),
  'GET /health': ({ shop }) => json({ ok: true, name: shop.name }),
  'GET /search': ({ shop, query, headers, show }) => {
    const words = (query.get('q') ?? '').trim();
    const sort = query.get('sort') ?? 'name';
    const firstTry = headers['x-test-try'] === '1';
    const products = sorted(searchProducts(words), sort, shop.flaky && firstTry);
    return show('Search', searchResults(words, sort, products));
  },
  'GET /login': ({ show }) => show('Log in', loginForm('', undefined)),
  'POST /login': ({ session, form, show }) => {
    const email = (form.get('email') ?? '').trim();
    const password = form.get('password') ?? '';
    if (email === '' || password === '') return show('Log in', loginForm(email, 'Enter your email and your password.'), 400);
    const user = USERS.find((candidate) => candidate.email === email.toLowerCase() && candidate.password === password);
    if (!user) return show('Log in', loginForm(email, 'This email and password do not match.'), 401);
    session.user = user;
    const next = session.afterLogin ?? '/';
    session.afterLogin = undefined;
    return goTo(next);
  },
  'POST /logout': ({ session }) => {
    session.user = undefined;
    return goTo('/');
  },
  'GET /cart': ({ session, show, shop }) => show('Your cart', cartContents(session.cart, costsOf(shop, session), undefined)),
  'POST /cart/add': ({ shop, session, form, show }) => {
    const product = findProduct(form.get('id'));
    if (!product || product.stock === 0)
      return show('Your cart', cartContents(session.cart, costsOf(shop, session), 'This is not for sale.'), 409);
    const quantity = readQuantity(form);
    const problem = setQuantity(session, product.id, quantity === undefined ? undefined : quantity + (session.cart.get(product.id) ?? 0));
    if (problem) return show('Your cart', cartContents(session.cart, costsOf(shop, session), problem), 400);
    return goTo('/cart');
  },
  'POST /cart/update': ({ shop, session, form, show }) => {
    const id = form.get('id');
    const problem = session.cart.has(id) ? setQuantity(session, id, readQuantity(form)) : 'This is not in your cart.';
    if (problem) return show('Your cart', cartContents(session.cart, costsOf(shop, session), problem), 400);
    return goTo('/cart');
  },
  'POST /cart/remove': ({ session, form }) => {
    session.cart.delete(form.get('id'));
    return goTo('/cart');
  },
  'GET /checkout': (visit) =>
    readyToPay(visit) ?? visit.show('Checkout', checkoutForm(costsOf(visit.shop, visit.session), NO_ADDRESS, undefined)),
  'POST /checkout/voucher': (visit) => {
    const code = visit.form.get('code') ?? '';
    const away = readyToPay(visit);
    if (away) return away;
    if (voucherPercent(code) === undefined) {
      return visit.show('Checkout', checkoutForm(costsOf(visit.shop, visit.session), NO_ADDRESS, 'We do not know this voucher.'), 400);
    }
    visit.session.voucher = code;
    return goTo('/checkout');
  },
  'POST /checkout': (visit) => {
    const { shop, session, form, show } = visit;
    const away = readyToPay(visit);
    if (away) return away;
    const address = { name: form.get('name') ?? '', street: form.get('street') ?? '', postcode: form.get('postcode') ?? '' };
    if (Object.values(address).some((text) => text.trim() === '')) {
      return show('Checkout', checkoutForm(costsOf(shop, session), address, 'Fill in your name, street and postcode.'), 400);
    }
    const number = 1000 + session.orders.length + 1;
    session.orders.push({ number, address, gift: form.get('gift') === 'yes', cart: session.cart, costs: costsOf(shop, session) });
    session.cart = new Map();
    session.voucher = undefined;
    return goTo(`/orders/${number}`);
  },
};

function costsOf(shop, session) {
  return costs(session.cart, session.voucher, shop.forgetsDelivery);
}

/** Where to go first when the visitor cannot pay yet. */
function readyToPay({ session }) {
  if (session.cart.size === 0) return goTo('/cart');
  if (session.user) return undefined;
  session.afterLogin = '/checkout';
  return goTo('/login');
}

/** Routes whose path names a thing. */
async function namedThing({ shop, session, path, show }) {
  const [, kind, id] = /^\/(products|api\/stock|orders)\/([\w-]+)$/.exec(path) ?? [];
  const product = findProduct(id);
  if (kind === 'products' && product) return show(product.name, productDetails(product));
  if (kind === 'api/stock' && product) {
    if (shop.slow) await delay(SLOW_STOCK_MS);
    return json({ id, stock: product.stock });
  }
  const order = session.orders.find((candidate) => String(candidate.number) === id);
  if (kind === 'orders' && order) return show('Thank you', orderDetails(order));
  return show('Not found', '<p>There is no such page here. <a href="/">See all products</a></p>', 404);
}

async function answer(shop, sessions, request) {
  const url = new URL(request.url, shop.url);
  const id = /(?:^|;\s*)sid=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1];
  const known = sessions.get(id);
  const sid = known ? id : randomUUID();
  const session = known ?? { cart: new Map(), orders: [], user: undefined, voucher: undefined, afterLogin: undefined };
  sessions.set(sid, session);
  const visit = {
    shop,
    session,
    path: url.pathname,
    query: url.searchParams,
    headers: request.headers,
    form: request.method === 'POST' ? await readForm(request) : new URLSearchParams(),
    show: (title, body, status) => html(page(shop, session, title, body), status),
  };
  const route = ROUTES[`${request.method} ${url.pathname}`] ?? namedThing;
  const result = await route(visit);
  if (!known) result.headers['set-cookie'] = `sid=${sid}; HttpOnly; SameSite=Lax; Path=/`;
  return result;
}

/** Starts a shop; see server.d.mts. */
export async function startShop({ port = 0, env = process.env } = {}) {
  const shop = {
    url: '',
    name: env.SHOP_NAME || 'Corner Shop',
    forgetsDelivery: env.SHOP_FAIL === '1',
    flaky: env.SHOP_FLAKY === '1',
    slow: env.SHOP_SLOW === '1',
  };
  const sessions = new Map();
  const server = createServer((request, response) => {
    answer(shop, sessions, request).then(
      ({ status, headers, body }) => response.writeHead(status, headers).end(body),
      (error) => {
        console.error(error);
        response.writeHead(500, { 'content-type': 'text/plain' }).end('The shop has a problem.');
      },
    );
  });
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  shop.url = `http://127.0.0.1:${server.address().port}`;
  const close = () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: shop.url, name: shop.name, close };
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const shop = await startShop({ port: Number(process.env.PORT ?? 0) });
  console.log(`${shop.name} is open at ${shop.url}`);
}
