/** What the shop sells; prices and amounts are whole pence. */
export const PRODUCTS = [
  { id: 'earl-grey', name: 'Earl Grey tea', price: 650, stock: 24, about: 'Black tea with bergamot, 100 g.' },
  { id: 'green-tea', name: 'Green tea', price: 720, stock: 12, about: 'Steamed leaves, light and grassy, 100 g.' },
  { id: 'mint-tea', name: 'Mint tea', price: 480, stock: 31, about: 'Dried peppermint, no caffeine, 50 g.' },
  { id: 'teapot', name: 'Stoneware teapot', price: 3200, stock: 5, about: 'Holds four cups; safe in the dishwasher.' },
  { id: 'espresso', name: 'Espresso beans', price: 1150, stock: 18, about: 'A dark roast from Brazil, 500 g.' },
  { id: 'filter', name: 'Filter coffee', price: 990, stock: 9, about: 'A light roast from Ethiopia, ground, 500 g.' },
  { id: 'mug', name: 'Enamel mug', price: 1400, stock: 40, about: 'White with a blue rim, 300 ml.' },
  { id: 'honey', name: 'Heather honey', price: 875, stock: 0, about: 'From hives on the moor, 340 g.' },
];

export const USERS = [{ email: 'ada@example.test', password: 'analytical', name: 'Ada' }];

const VOUCHERS = new Map([['TEATIME', 10]]);
const DELIVERY = 395;
const FREE_DELIVERY_FROM = 4000;
/** The most of one product that a cart takes. */
export const MOST_OF_ONE = 10;

/** The product with this id, or undefined. */
export function findProduct(id) {
  return PRODUCTS.find((product) => product.id === id);
}

/** Products whose name or description has every word of the query, whatever the case. */
export function searchProducts(query) {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return PRODUCTS.filter((product) => {
    const text = `${product.name} ${product.about}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** The percentage a voucher takes off, or undefined for a code the shop does not know. */
export function voucherPercent(code) {
  return VOUCHERS.get(code.trim().toUpperCase());
}

/** The lines of a cart (a Map of product id to quantity), in the order they were added. */
export function cartLines(cart) {
  return [...cart].map(([id, quantity]) => {
    const product = findProduct(id);
    return { product, quantity, amount: product.price * quantity };
  });
}

/** What a cart costs. With `forgetDelivery` the total leaves delivery out: the shop's mistake on request. */
export function costs(cart, voucher, forgetDelivery) {
  const subtotal = cartLines(cart).reduce((sum, line) => sum + line.amount, 0);
  const discount = voucher ? Math.round((subtotal * voucherPercent(voucher)) / 100) : 0;
  const delivery = subtotal >= FREE_DELIVERY_FROM ? 0 : DELIVERY;
  return { subtotal, discount, delivery, total: subtotal - discount + (forgetDelivery ? 0 : delivery) };
}

/** Pence as people read them: `£6.50`. */
export function money(pence) {
  return `£${(pence / 100).toFixed(2)}`;
}
