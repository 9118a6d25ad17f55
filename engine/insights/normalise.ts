import { stripVTControlCharacters } from 'node:util';

/** Of a message that is longer, the beginning tells the cause. */
const LONGEST = 500;
/** Lines that name a kind of error and not what it was. */
const KIND_ALONE = /^(?:(?:[\w.$]*(?:Error|Exception|Failure)|Error)(?: \[\w+\])?:?|Test timeout of .+ exceeded\.?|Test failed:?)$/;

/** What a failure says first: its first line, with the next one where the first only names a kind of error. Empty where it says nothing. */
export function firstLineOf(message: string): string {
  const lines = stripVTControlCharacters(message.slice(0, 20 * LONGEST))
    .split(/\r?\n|\r/, 20)
    .map((line) => line.replace(/\p{Cc}+/gu, ' ').trim())
    .filter((line) => line !== '');
  const [first = '', second] = lines;
  const text = second !== undefined && KIND_ALONE.test(first) ? `${first} ${second}` : first;
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

/** Errors of the system or the network: they have one cause, wherever they show. */
const OF_THE_SYSTEM =
  /\bE(?:CONN\w+|NOTFOUND|AI_AGAIN|TIMEDOUT|PIPE|ADDRINUSE|HOSTUNREACH|NETUNREACH|NOENT|ACCES|PERM|MFILE|NOSPC|ROFS)\b|net::ERR_\w+|NS_ERROR_\w+|[Cc]onnection (?:refused|reset)|Target (?:page, context or browser|closed)/;
export const isOfTheSystem = (line: string) => OF_THE_SYSTEM.test(line);

/** Ports above are given out by the system, to another server each time (RFC 6335 and Linux' ip_local_port_range). */
const FIRST_EPHEMERAL_PORT = 32_768;

/**
 * A failure's line without what differs from run to run: numbers, ids, times, durations, paths, quoted values with digits in them. Hosts
 * with their ports and HTTP statuses stay, because they say what is wrong.
 */
export function normalise(line: string): string {
  const kept: string[] = [];
  const keep = (text: string) => String.fromCharCode(0xe000 + kept.push(text) - 1);
  return line
    .replace(/\p{Co}/gu, '?')
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi, '<id>')
    .replace(/\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?/g, '<time>')
    .replace(
      /(?<![\w.])(\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-f:]{2,39}\]|::1|localhost|[a-z][\w-]*(?:\.[a-z][\w-]*)*):(\d{2,5})(?![\d:])/gi,
      (_, host, port) => keep(Number(port) >= FIRST_EPHEMERAL_PORT ? `${host}:<port>` : `${host}:${port}`),
    )
    .replace(/\b(status(?: code)?|HTTP(?:\/[\d.]+)?|code)(\s*[:=]?\s*)([1-5]\d\d)\b/gi, (whole) => keep(whole.toLowerCase()))
    .replace(/(?<![\w/.:])(?:[A-Za-z]:)?(?:[\\/][\w.@+~-]+){2,}/g, (path) => `<path>/${path.split(/[\\/]/).at(-1)}`)
    .replace(/(["'`])(?:(?!\1).){0,200}?\d(?:(?!\1).){0,200}?\1/g, '<value>')
    .replace(/\b0x[0-9a-f]+\b/gi, '<id>')
    .replace(/\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{7,}\b/gi, '<id>')
    .replace(/\b\d+(?:[.,]\d+)*\s?(?:ms|s|sec|secs|seconds?|min|minutes?)\b/g, '<duration>')
    .replace(/-?\d+(?:[.,]\d+)*/g, '<n>')
    .replace(/\s+/g, ' ')
    .replace(/[\ue000-\uf8ff]/g, (at) => kept[at.charCodeAt(0) - 0xe000] ?? '');
}
