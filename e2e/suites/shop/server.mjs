import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { CUSTOMERS, isCardNumber, isVoucher, productById, totals } from './server/catalogue.mjs';
import * as pages from './server/pages.mjs';

// A small web shop to test: `node server.mjs [port]`. Prints its address; without a port it takes a free one. Everything is in memory
// and gone with the process, which ends when its standard input does: a shop does not outlive the tests that opened it.

/** How long an order is packed, in ms. */
const PACKING_MS = process.env.SHOP_SLOW === '1' ? 10_000 : 300;
const LARGEST_FORM = 64 * 1024;
const CSS = readFileSync(new URL('server/shop.css', import.meta.url));

const sessions = new Map();
const orders = [];

const newCart = () => ({ lines: new Map(), voucher: null, giftWrap: false });

function sessionOf(request, response) {
  const id = /(?:^|;\s*)shop=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1];
  const known = sessions.get(id);
  if (known) return known;
  const session = { id: crypto.randomUUID(), customer: null, cart: newCart(), flash: null };
  sessions.set(session.id, session);
  response.setHeader('Set-Cookie', `shop=${session.id}; HttpOnly; SameSite=Lax; Path=/`);
  return session;
}

async function formOf(request) {
  let text = '';
  for await (const chunk of request) {
    text += chunk;
    if (text.length > LARGEST_FORM) throw new Error('The form is too large.');
  }
  return Object.fromEntries(new URLSearchParams(text));
}

const isLocal = (path) => /^\/(?![/\\])/.test(path ?? '');

/** Each answers `{ redirect }`, `{ json }` or `{ title, body, status }`. */
const routes = {
  'GET /': ({ query }) => ({ title: 'Shelf', body: pages.catalogue({ query: (query.q ?? '').trim(), category: query.category ?? '', sort: query.sort ?? '' }) }),
  'GET /products/*': ({ name }) => {
    const product = productById(name);
    return product ? { title: product.name, body: pages.product(product) } : null;
  },
  'GET /api/stock/*': ({ name }) => {
    const product = productById(name);
    return product ? { json: { left: product.stock } } : null;
  },
  'GET /cart': ({ session }) => ({ title: 'Cart', body: pages.cart(session) }),
  'POST /cart': ({ session, form }) => setQuantity(session, form.id, (session.cart.lines.get(form.id) ?? 0) + 1),
  'POST /cart/quantity': ({ session, form }) => setQuantity(session, form.id, Number(form.quantity)),
  'POST /cart/remove': ({ session, form }) => {
    session.cart.lines.delete(form.id);
    return { redirect: '/cart' };
  },
  'POST /cart/voucher': ({ session, form }) => {
    const code = (form.code ?? '').trim().toUpperCase();
    if (!isVoucher(code)) return { title: 'Cart', body: pages.cart({ ...session, problem: `There is no voucher ${code}.` }) };
    session.cart.voucher = code;
    session.flash = `Voucher ${code} was accepted.`;
    return { redirect: '/cart' };
  },
  'GET /login': ({ query }) => ({ title: 'Log in', body: pages.login({ next: query.next ?? '/', email: '' }) }),
  'POST /login': ({ session, form }) => {
    const email = (form.email ?? '').trim().toLowerCase();
    const customer = CUSTOMERS.find((one) => one.email === email && one.password === form.password);
    const problem = email === '' || !form.password ? 'Give your e-mail address and your password.' : 'E-mail address and password do not fit.';
    if (!customer) return { title: 'Log in', body: pages.login({ next: form.next, email, problem }), status: 401 };
    session.customer = customer;
    return { redirect: isLocal(form.next) ? form.next : '/' };
  },
  'POST /logout': ({ session }) => {
    session.customer = null;
    session.flash = 'You are logged out.';
    return { redirect: '/' };
  },
  'GET /checkout': ({ session }) => {
    if (!session.customer) return { redirect: '/login?next=/checkout' };
    if (session.cart.lines.size === 0) return { redirect: '/cart' };
    return { title: 'Checkout', body: pages.checkout({ cart: session.cart, values: { name: session.customer.name }, problems: {} }) };
  },
  'POST /checkout': ({ session, form }) => placeOrder(session, form),
  'GET /orders': ({ session }) => {
    if (!session.customer) return { redirect: '/login?next=/orders' };
    return { title: 'Orders', body: pages.orders(orders.filter((one) => one.session === session)) };
  },
  'GET /orders/*': ({ session, name }) => {
    const order = orderOf(session, name);
    return order ? { title: `Order ${order.number}`, body: pages.order(order) } : null;
  },
  'GET /api/orders/*': ({ session, name }) => {
    const order = orderOf(session, name);
    return order ? { json: { state: pages.orderState(order) } } : null;
  },
};

const orderOf = (session, number) => orders.find((one) => String(one.number) === number && one.session === session);

function setQuantity(session, id, quantity) {
  const product = productById(id);
  const refuse = (problem) => ({ title: 'Cart', body: pages.cart({ ...session, problem }) });
  if (!product) return refuse('We do not sell that.');
  if (!Number.isInteger(quantity) || quantity < 1) return refuse(`The quantity of ${product.name} must be a whole number from 1 on.`);
  if (quantity > product.stock) return refuse(`Only ${product.stock} of ${product.name} are left.`);
  session.cart.lines.set(id, quantity);
  session.flash = `${product.name} is in your cart.`;
  return { redirect: '/cart' };
}

function placeOrder(session, form) {
  if (!session.customer || session.cart.lines.size === 0) return { redirect: '/checkout' };
  const missing = pages.ADDRESS.filter(({ name }) => (form[name] ?? '').trim() === '').map(({ name, missing: text }) => [name, text]);
  const problems = Object.fromEntries(missing);
  if (!problems.card && !isCardNumber(form.card)) problems.card = 'This is no card number: please check its digits.';
  if (Object.keys(problems).length > 0) return { title: 'Checkout', body: pages.checkout({ cart: session.cart, values: form, problems }), status: 422 };
  const { total } = totals({ ...session.cart, giftWrap: form.gift === 'yes' });
  const order = { number: 1001 + orders.length, session, name: form.name.trim(), total, packedAt: Date.now() + PACKING_MS };
  orders.push(order);
  session.cart = newCart();
  return { redirect: `/orders/${order.number}` };
}

async function answer(request, response) {
  const { pathname, searchParams } = new URL(request.url, 'http://shop');
  if (pathname === '/shop.css') return void response.writeHead(200, { 'Content-Type': 'text/css' }).end(CSS);
  const session = sessionOf(request, response);
  const name = pathname.slice(pathname.lastIndexOf('/') + 1);
  const route = routes[`${request.method} ${pathname}`] ?? routes[`${request.method} ${pathname.slice(0, -name.length)}*`];
  const form = request.method === 'POST' ? await formOf(request) : {};
  const result = route?.({ session, form, name, query: Object.fromEntries(searchParams) }) ?? { title: 'Not here', body: pages.notFound(), status: 404 };
  if (result.redirect) return void response.writeHead(303, { Location: result.redirect }).end();
  if (result.json) return void response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(result.json));
  response.writeHead(result.status ?? 200, { 'Content-Type': 'text/html; charset=utf-8' }).end(String(pages.page({ ...result, session })));
}

const server = createServer((request, response) => {
  answer(request, response).catch((error) => response.writeHead(500, { 'Content-Type': 'text/plain' }).end(error.message));
});
server.listen(Number(process.argv[2] ?? 0), '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));
process.stdin.on('end', () => process.exit(0)).resume();
