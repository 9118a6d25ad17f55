/** Is version `a` newer than `b`? Both as semver has them (https://semver.org/#spec-item-11); what is no version is older than any. */
export function isNewer(a: string, b: string): boolean {
  const [left, right] = [parse(a), parse(b)];
  if (!left || !right) return left !== null;
  for (const [index, number] of left.numbers.entries()) {
    const other = right.numbers[index] ?? 0;
    if (number !== other) return number > other;
  }
  if (left.pre === null || right.pre === null) return left.pre === null && right.pre !== null;
  return comparePre(left.pre, right.pre) > 0;
}

function parse(version: string): { numbers: number[]; pre: string[] | null } | null {
  const match = /^v?(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?(?:\+.*)?$/.exec(version);
  return match ? { numbers: match.slice(1, 4).map(Number), pre: match[4]?.split('.') ?? null } : null;
}

function comparePre(left: string[], right: string[]): number {
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const [a, b] = [left[index], right[index]];
    if (a === b) continue;
    if (a === undefined || b === undefined) return a === undefined ? -1 : 1;
    const [numericA, numericB] = [/^\d+$/.test(a), /^\d+$/.test(b)];
    if (numericA && numericB) return Number(a) - Number(b);
    if (numericA !== numericB) return numericA ? -1 : 1;
    return a < b ? -1 : 1;
  }
  return 0;
}
