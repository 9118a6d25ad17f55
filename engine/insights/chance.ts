/**
 * How likely it is that at least `hits` of `drawn` things are among the marked ones by chance, where `marked` of `total` are: the upper
 * tail of the hypergeometric distribution, which is Fisher's exact test, one-sided (https://en.wikipedia.org/wiki/Fisher%27s_exact_test).
 */
export function chanceOf({ hits, drawn, marked, total }: { hits: number; drawn: number; marked: number; total: number }): number {
  if (hits <= Math.max(0, drawn + marked - total)) return 1;
  let sum = 0;
  const all = logChoose(total, drawn);
  for (let n = hits; n <= Math.min(drawn, marked); n += 1)
    sum += Math.exp(logChoose(marked, n) + logChoose(total - marked, drawn - n) - all);
  return Math.min(1, sum);
}

const LOG_FACTORIALS = [0];
function logFactorial(n: number): number {
  for (let next = LOG_FACTORIALS.length; next <= n; next += 1) LOG_FACTORIALS.push((LOG_FACTORIALS[next - 1] ?? 0) + Math.log(next));
  return LOG_FACTORIALS[n] ?? 0;
}

const logChoose = (n: number, k: number) =>
  k < 0 || k > n ? Number.NEGATIVE_INFINITY : logFactorial(n) - logFactorial(k) - logFactorial(n - k);
