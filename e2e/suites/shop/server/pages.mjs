import { CATEGORIES, FREE_SHIPPING_FROM, find, productById, totals } from './catalogue.mjs';
import { euros, html } from './html.mjs';

/** The frame of every page. */
export function page({ title, session, body }) {
  const count = [...session.cart.lines.values()].reduce((sum, quantity) => sum + quantity, 0);
  const { flash } = session;
  session.flash = null;
  return html`<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>${title} – Corner Shop</title>
  <link rel="icon" href="data:,">
  <link rel="stylesheet" href="/shop.css">
</head>
<body>
  <a class="skip" href="#main">Skip to content</a>
  <header>
    <a class="brand" href="/">Corner Shop</a>
    <form role="search" action="/" method="get">
      <label class="quiet" for="q">Search</label>
      <input id="q" name="q" type="search" placeholder="Teapot, lamp …" autocomplete="off">
      <button>Find</button>
    </form>
    <nav aria-label="Shop">
      <a href="/cart">Cart (${count})</a>
      ${
        session.customer
          ? html`<a href="/orders">Orders</a>
             <span>Hello, ${session.customer.name}</span>
             <form action="/logout" method="post"><button class="link">Log out</button></form>`
          : html`<a href="/login">Log in</a>`
      }
    </nav>
  </header>
  <main id="main">
    ${flash && html`<p class="note" role="status">${flash}</p>`}
    ${body}
  </main>
</body>
</html>`;
}

const picture = ({ name, colour }) => html`<svg viewBox="0 0 120 80" aria-hidden="true"><rect width="120" height="80" rx="8" fill="${colour}"/><text x="60" y="54" text-anchor="middle" font-size="40" fill="#fff">${name[0]}</text></svg>`;

const addForm = ({ id, name }) => html`<form action="/cart" method="post"><input type="hidden" name="id" value="${id}"><button aria-label="Add ${name} to cart">Add to cart</button></form>`;

const option = (value, text, chosen) => html`<option value="${value}"${value === chosen ? html` selected` : ''}>${text}</option>`;

export function catalogue({ query, category, sort }) {
  const products = find({ query, category, sort });
  return html`<h1>${query ? `Results for “${query}”` : 'Everything we have'}</h1>
    <form class="filters" action="/" method="get">
      <input type="hidden" name="q" value="${query}">
      <label>Category <select name="category">${option('', 'All', category)}${CATEGORIES.map((name) => option(name, name, category))}</select></label>
      <label>Order <select name="sort">${option('', 'As on the shelf', sort)}${option('price', 'Cheapest first', sort)}${option('-price', 'Dearest first', sort)}</select></label>
      <button>Apply</button>
    </form>
    ${
      products.length === 0
        ? html`<p>Nothing here is called that. <a href="/">See everything</a>.</p>`
        : html`<ul class="shelf" aria-label="Products">${products.map(
            (product) => html`<li>${picture(product)}<h2><a href="/products/${product.id}">${product.name}</a></h2><p class="price">${euros(product.price)}</p>${addForm(product)}</li>`,
          )}</ul>`
    }`;
}

export function product(item) {
  return html`<article class="product">${picture(item)}
    <div><h1>${item.name}</h1><p>${item.text}</p><p class="price">${euros(item.price)}</p>
    <p>Stock: <span data-testid="stock">looking …</span></p>${addForm(item)}</div></article>
    <script>
      fetch('/api/stock/${item.id}')
        .then((answer) => answer.json(), () => null)
        .then((stock) => { document.querySelector('[data-testid=stock]').textContent = stock ? stock.left + ' left' : 'unknown'; });
    </script>`;
}

const alert = (problem) => problem && html`<p class="problem" role="alert">${problem}</p>`;

export function cart({ cart: content, problem }) {
  if (content.lines.size === 0) return html`<h1>Your cart</h1>${alert(problem)}<p>It is empty. <a href="/">Find something nice</a>.</p>`;
  return html`<h1>Your cart</h1>${alert(problem)}
    <table><caption class="quiet">What is in your cart</caption>
      <thead><tr><th scope="col">Product</th><th scope="col">Quantity</th><th scope="col">Price</th><th scope="col"><span class="quiet">Remove</span></th></tr></thead>
      <tbody>${[...content.lines].map(([id, quantity]) => {
        const { name, price } = productById(id);
        return html`<tr><th scope="row"><a href="/products/${id}">${name}</a></th>
          <td><form action="/cart/quantity" method="post"><input type="hidden" name="id" value="${id}">
            <label class="quiet" for="n-${id}">Quantity of ${name}</label><input id="n-${id}" name="quantity" type="number" min="1" value="${quantity}">
            <button aria-label="Update ${name}">Update</button></form></td>
          <td>${euros(price * quantity)}</td>
          <td><form action="/cart/remove" method="post"><input type="hidden" name="id" value="${id}"><button class="link" aria-label="Remove ${name}">Remove</button></form></td></tr>`;
      })}</tbody></table>
    <form action="/cart/voucher" method="post"><label>Voucher <input name="code" value="${content.voucher ?? ''}" autocomplete="off"></label><button>Redeem</button></form>
    ${sums(content)}
    <p><a class="button" href="/checkout">To checkout</a></p>`;
}

function sums(content) {
  const { goods, discount, shipping, wrapping, total } = totals(content);
  const row = (name, cents) => html`<div><dt>${name}</dt><dd>${euros(cents)}</dd></div>`;
  return html`<dl class="sums" aria-label="Total">${row('Goods', goods)}${content.voucher && row(`Voucher ${content.voucher}`, -discount)}
    ${row('Shipping', shipping)}${content.giftWrap && row('Gift wrapping', wrapping)}${row('To pay', total)}</dl>
    ${shipping > 0 && html`<p>Free shipping from ${euros(FREE_SHIPPING_FROM)} on.</p>`}`;
}

export function login({ next, email, problem }) {
  return html`<h1>Log in</h1>${alert(problem)}
    <form class="stack" action="/login" method="post" novalidate><input type="hidden" name="next" value="${next}">
      <label>E-mail <input name="email" type="email" value="${email}" autocomplete="username"></label>
      <label>Password <input name="password" type="password" autocomplete="current-password"></label>
      <button>Log in</button></form>`;
}

export const ADDRESS = [
  { name: 'name', label: 'Name', autocomplete: 'name', missing: 'Say who it is for.' },
  { name: 'street', label: 'Street and number', autocomplete: 'street-address', missing: 'Say where it goes: street and number.' },
  { name: 'city', label: 'Postcode and city', autocomplete: 'address-level2', missing: 'Say where it goes: postcode and city.' },
  { name: 'card', label: 'Card number', autocomplete: 'cc-number', missing: 'Give the number of your card.' },
];

export function checkout({ cart: content, values, problems }) {
  return html`<h1>Checkout</h1>
    <form class="stack" action="/checkout" method="post" novalidate>
      ${ADDRESS.map(({ name, label, autocomplete }) => {
        const problem = problems[name];
        return html`<label for="f-${name}">${label}</label><input id="f-${name}" name="${name}" value="${values[name] ?? ''}" autocomplete="${autocomplete}"${
          problem ? html` aria-invalid="true" aria-describedby="p-${name}"` : ''
        }>${problem && html`<p class="problem" id="p-${name}">${problem}</p>`}`;
      })}
      <label class="check"><input type="checkbox" name="gift" value="yes"> Wrap it as a gift (3.00 €)</label>
      ${sums(content)}
      <button>Place order</button></form>`;
}

const PACKED = 'Handed to the courier';
export const orderState = (order, now = Date.now()) => (now >= order.packedAt ? PACKED : 'Being packed');

export function order(placed) {
  return html`<h1>Thank you, ${placed.name}!</h1>
    <p>Your order has the number <strong data-testid="order-number">${placed.number}</strong>. You paid <strong>${euros(placed.total)}</strong>.</p>
    <p>State: <span role="status" data-testid="order-state">${orderState(placed)}</span></p>
    <script>
      const look = () => fetch('/api/orders/${placed.number}').then((answer) => answer.json()).then(({ state }) => {
        document.querySelector('[data-testid=order-state]').textContent = state;
        if (state !== '${PACKED}') setTimeout(look, 250);
      });
      look();
    </script>`;
}

export function orders(list) {
  if (list.length === 0) return html`<h1>Your orders</h1><p>None so far.</p>`;
  return html`<h1>Your orders</h1><ul aria-label="Orders">${list.map((one) => html`<li><a href="/orders/${one.number}">Order ${one.number}</a>, ${euros(one.total)}</li>`)}</ul>`;
}

export const notFound = () => html`<h1>Not here</h1><p>This page does not exist. <a href="/">Back to the shelf</a>.</p>`;
