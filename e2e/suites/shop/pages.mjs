import { cartLines, MOST_OF_ONE, money } from './catalogue.mjs';

const STYLE = `
:root { color-scheme: light; --ink: #23302b; --leaf: #1f6b4a; --line: #d5ddd8; --paper: #fbfaf6; }
* { box-sizing: border-box; }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
header { display: flex; flex-wrap: wrap; gap: 1rem; align-items: center; padding: 1rem 1.5rem; border-bottom: 1px solid var(--line); background: #fff; }
header .name { font-weight: 700; font-size: 1.2rem; margin-right: auto; }
nav { display: flex; gap: 1rem; align-items: center; }
main { max-width: 52rem; margin: 2rem auto; padding: 0 1.5rem; }
a { color: var(--leaf); }
button { font: inherit; padding: .4rem .9rem; border: 0; border-radius: .4rem; background: var(--leaf); color: #fff; cursor: pointer; }
button:focus-visible, input:focus-visible, select:focus-visible, a:focus-visible { outline: 3px solid #e0a526; outline-offset: 2px; }
input, select { font: inherit; padding: .35rem .6rem; border: 1px solid #7d8b84; border-radius: .4rem; background: #fff; }
form.stack { display: grid; gap: .8rem; max-width: 24rem; }
form.stack label { display: grid; gap: .2rem; }
form.row { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; }
.products { list-style: none; padding: 0; display: grid; grid-template-columns: repeat(auto-fill, minmax(14rem, 1fr)); gap: 1rem; }
.products li { background: #fff; border: 1px solid var(--line); border-radius: .6rem; padding: 1rem; }
.products h2 { font-size: 1.05rem; margin: 0; }
.products p { margin: .3rem 0 0; }
table { width: 100%; border-collapse: collapse; background: #fff; }
th, td { text-align: left; padding: .6rem; border-bottom: 1px solid var(--line); }
dl { display: grid; grid-template-columns: max-content max-content; gap: .2rem 1.5rem; }
dd { margin: 0; text-align: right; }
[role=alert] { padding: .6rem 1rem; border-left: 4px solid #a3261b; background: #fbeae8; }
`;

/** Text made safe for HTML, in elements and quoted attributes. */
export function escapeHtml(text) {
  return String(text).replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

function alert(message) {
  return message ? `<p role="alert">${escapeHtml(message)}</p>` : '';
}

/** A whole page: the shop's head and navigation around `body`, which is HTML. */
export function page(shop, session, title, body) {
  const pieces = [...session.cart.values()].reduce((sum, quantity) => sum + quantity, 0);
  const account = session.user
    ? `<span>Hello, ${escapeHtml(session.user.name)}</span>
       <form method="post" action="/logout"><button>Log out</button></form>`
    : '<a href="/login">Log in</a>';
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)} – ${escapeHtml(shop.name)}</title><link rel="icon" href="data:,"><style>${STYLE}</style></head>
<body>
<header>
  <a class="name" href="/">${escapeHtml(shop.name)}</a>
  <form class="row" role="search" action="/search">
    <input type="search" name="q" aria-label="Search products"><button>Search</button>
  </form>
  <nav aria-label="Main"><a href="/cart">Cart (${pieces})</a>${account}</nav>
</header>
<main><h1>${escapeHtml(title)}</h1>${body}</main>
</body></html>`;
}

/** A list of products that links to the page of each. */
export function productList(products) {
  const items = products.map(
    (product) => `<li><h2><a href="/products/${product.id}">${escapeHtml(product.name)}</a></h2><p>${money(product.price)}</p></li>`,
  );
  return `<ul class="products" aria-label="Products">${items.join('')}</ul>`;
}

/** What a search found, with a choice of the order. */
export function searchResults(query, sort, products) {
  const found = products.length === 1 ? '1 product' : `${products.length} products`;
  if (products.length === 0) return `<p role="status">Nothing matches “${escapeHtml(query)}”.</p><p><a href="/">See all products</a></p>`;
  const option = (value, label) => `<option value="${value}"${value === sort ? ' selected' : ''}>${label}</option>`;
  return `<p role="status">${found} for “${escapeHtml(query)}”</p>
<form class="row" action="/search"><input type="hidden" name="q" value="${escapeHtml(query)}">
<label>Sort by <select name="sort">${option('name', 'Name')}${option('price', 'Price, lowest first')}</select></label><button>Sort</button></form>
${productList(products)}`;
}

/** One product, with the stock check and the way into the cart. */
export function productDetails(product) {
  const buy =
    product.stock === 0
      ? '<p><strong>Sold out</strong></p>'
      : `<form class="row" method="post" action="/cart/add"><input type="hidden" name="id" value="${product.id}">
<label>Quantity <input type="number" name="quantity" value="1" min="1" max="${MOST_OF_ONE}"></label><button>Add to cart</button></form>`;
  return `<p>${escapeHtml(product.about)}</p><p>${money(product.price)}</p>${buy}
<p><button type="button" id="check">Check stock</button> <span role="status" id="stock"></span></p>
<script>
document.getElementById('check').addEventListener('click', async () => {
  const status = document.getElementById('stock');
  status.textContent = 'Asking the warehouse…';
  const { stock } = await (await fetch('/api/stock/${product.id}')).json();
  status.textContent = stock === 0 ? 'None left' : stock + ' in stock';
});
</script>`;
}

/** The login form. */
export function loginForm(email, problem) {
  return `${alert(problem)}<form class="stack" method="post" action="/login">
<label>Email <input name="email" type="email" autocomplete="username" value="${escapeHtml(email)}"></label>
<label>Password <input name="password" type="password" autocomplete="current-password"></label>
<div><button>Log in</button></div></form>`;
}

/** What lies in the cart, to change or to buy. */
export function cartContents(cart, costs, problem) {
  if (cart.size === 0) return `${alert(problem)}<p>Your cart is empty.</p>`;
  const rows = cartLines(cart).map(({ product, quantity, amount }) => {
    const name = escapeHtml(product.name);
    return `<tr><th scope="row">${name}</th>
<td><form class="row" method="post" action="/cart/update"><input type="hidden" name="id" value="${product.id}">
<input type="number" name="quantity" value="${quantity}" min="0" max="${MOST_OF_ONE}" aria-label="Quantity of ${name}"><button>Update</button></form></td>
<td>${money(amount)}</td>
<td><form method="post" action="/cart/remove"><input type="hidden" name="id" value="${product.id}"><button aria-label="Remove ${name}">Remove</button></form></td></tr>`;
  });
  return `${alert(problem)}<table><thead><tr><th>Product</th><th>Quantity</th><th>Amount</th><th>Change</th></tr></thead>
<tbody>${rows.join('')}</tbody></table>
<p>Subtotal: <strong data-testid="subtotal">${money(costs.subtotal)}</strong></p><p><a href="/checkout">Go to checkout</a></p>`;
}

/** What an order costs, line by line. */
export function costSummary(costs) {
  const discount = costs.discount > 0 ? `<dt>Voucher</dt><dd data-testid="discount">−${money(costs.discount)}</dd>` : '';
  const delivery = costs.delivery === 0 ? 'free' : money(costs.delivery);
  return `<dl><dt>Subtotal</dt><dd data-testid="subtotal">${money(costs.subtotal)}</dd>${discount}
<dt>Delivery</dt><dd data-testid="delivery">${delivery}</dd><dt>Total</dt><dd><strong data-testid="total">${money(costs.total)}</strong></dd></dl>`;
}

/** The checkout: voucher, address and the order button. */
export function checkoutForm(costs, address, problem) {
  return `${alert(problem)}${costSummary(costs)}
<form class="row" method="post" action="/checkout/voucher"><label>Voucher code <input name="code"></label><button>Apply voucher</button></form>
<h2>Where to?</h2><form class="stack" method="post" action="/checkout">
<label>Full name <input name="name" autocomplete="name" value="${escapeHtml(address.name)}"></label>
<label>Street and town <input name="street" autocomplete="street-address" value="${escapeHtml(address.street)}"></label>
<label>Postcode <input name="postcode" autocomplete="postal-code" value="${escapeHtml(address.postcode)}"></label>
<label><span><input type="checkbox" name="gift" value="yes"> Wrap it as a gift</span></label>
<div><button>Place order</button></div></form>`;
}

/** An order that was placed. */
export function orderDetails(order) {
  const lines = cartLines(order.cart).map(({ product, quantity }) => `<li>${quantity} × ${escapeHtml(product.name)}</li>`);
  const gift = order.gift ? '<p>Wrapped as a gift.</p>' : '';
  return `<p>Order ${order.number} goes to ${escapeHtml(order.address.name)}, ${escapeHtml(order.address.street)}, ${escapeHtml(order.address.postcode)}.</p>
<ul aria-label="Ordered">${lines.join('')}</ul>${gift}${costSummary(order.costs)}`;
}
