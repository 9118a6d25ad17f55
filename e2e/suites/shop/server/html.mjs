const ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** HTML that needs no more escaping. */
class Html {
  constructor(text) {
    this.text = text;
  }
  toString() {
    return this.text;
  }
}

const escaped = (value) => {
  if (value instanceof Html) return value.text;
  if (Array.isArray(value)) return value.map(escaped).join('');
  if (value === null || value === undefined || value === false) return '';
  return String(value).replaceAll(/[&<>"']/g, (character) => ENTITIES[character]);
};

/** A template whose values are escaped, but for what came from such a template itself. */
export const html = (strings, ...values) => new Html(String.raw({ raw: strings }, ...values.map(escaped)));

export const euros = (cents) => `${(cents / 100).toFixed(2)} €`;
