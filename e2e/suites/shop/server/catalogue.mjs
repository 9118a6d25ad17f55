/** What the shop sells; prices in cents. */
export const PRODUCTS = [
  { id: 'teapot', name: 'Teapot', category: 'Kitchen', price: 3490, stock: 7, colour: '#2f6f6d', text: 'Stoneware, holds a litre, does not drip.' },
  { id: 'mug', name: 'Enamel mug', category: 'Kitchen', price: 1250, stock: 40, colour: '#8a3b2f', text: 'For the desk as for the camp fire.' },
  { id: 'grinder', name: 'Coffee grinder', category: 'Kitchen', price: 5900, stock: 3, colour: '#4a4038', text: 'By hand, with a burr of steel.' },
  { id: 'blanket', name: 'Wool blanket', category: 'Home', price: 8900, stock: 5, colour: '#5b4a7a', text: 'Woven of new wool, 140 by 200 cm.' },
  { id: 'lamp', name: 'Reading lamp', category: 'Home', price: 4500, stock: 12, colour: '#9a6b12', text: 'Bends where the light is needed.' },
  { id: 'candle', name: 'Beeswax candle', category: 'Home', price: 850, stock: 60, colour: '#a07a1c', text: 'Burns for eleven hours.' },
  { id: 'notebook', name: 'Notebook', category: 'Desk', price: 1600, stock: 25, colour: '#2d5a8a', text: 'Dotted, 192 pages, lies flat.' },
  { id: 'pen', name: 'Fountain pen', category: 'Desk', price: 4200, stock: 9, colour: '#1f3d5c', text: 'Fine nib; a bottle of ink comes with it.' },
  { id: 'desk-lamp', name: 'Desk lamp', category: 'Desk', price: 3900, stock: 8, colour: '#3d6b3a', text: 'Clamps to any board.' },
];

export const CATEGORIES = [...new Set(PRODUCTS.map(({ category }) => category))];

/** Who may log in. It is a shop for tests: nothing here is worth a secret. */
export const CUSTOMERS = [
  { email: 'ada@example.test', password: 'engine', name: 'Ada' },
  { email: 'grace@example.test', password: 'compiler', name: 'Grace' },
];

export const FREE_SHIPPING_FROM = 5000;
const SHIPPING = 490;
const GIFT_WRAP = 300;
const VOUCHERS = { TEATIME: 10 };

export const productById = (id) => PRODUCTS.find((product) => product.id === id);
export const isVoucher = (code) => Object.hasOwn(VOUCHERS, code);

/** Products whose name or description has the words, in the order that was asked for. */
export function find({ query = '', category = '', sort = '' }) {
  const words = query.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const found = PRODUCTS.filter(
    (product) =>
      (category === '' || product.category === category) &&
      words.every((word) => `${product.name} ${product.text}`.toLowerCase().includes(word)),
  );
  if (sort === 'price') return found.toSorted((a, b) => a.price - b.price);
  if (sort === '-price') return found.toSorted((a, b) => b.price - a.price);
  return found;
}

/** What a cart costs, in cents. With SHOP_FAIL=1 the shop has a bug: vouchers are accepted and take nothing off. */
export function totals({ lines, voucher, giftWrap }) {
  const goods = [...lines].reduce((sum, [id, quantity]) => sum + productById(id).price * quantity, 0);
  const percent = voucher && process.env.SHOP_FAIL !== '1' ? VOUCHERS[voucher] : 0;
  const discount = Math.round((goods * percent) / 100);
  const shipping = goods === 0 || goods - discount >= FREE_SHIPPING_FROM ? 0 : SHIPPING;
  const wrapping = giftWrap ? GIFT_WRAP : 0;
  return { goods, discount, shipping, wrapping, total: goods - discount + shipping + wrapping };
}

/** Does the check digit of a card number fit (ISO/IEC 7812-1, Annex B)? */
export function isCardNumber(text) {
  const digits = text.replaceAll(/[\s-]/g, '');
  if (!/^\d{12,19}$/.test(digits)) return false;
  const sum = [...digits].reverse().reduce((total, digit, index) => {
    const value = Number(digit) * (index % 2 === 1 ? 2 : 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}
