const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `0:09`, `24:18`, `1:02:33`. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / SECOND));
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** A test's own time: `12 ms`, `3.4 s`, from a minute on `1:05`. */
export function shortDuration(ms: number): string {
  if (ms < 100) return `${Math.round(ms)} ms`;
  return ms < 59_950 ? `${(ms / SECOND).toFixed(1)} s` : duration(ms);
}

/** How long a whole run took: `0.4 s`, `8.2 s`, from 10 s on as a clock shows it: `0:24`, `24:18`. */
export function spanWords(ms: number): string {
  return ms < 9950 ? `${(Math.max(0, ms) / SECOND).toFixed(1)} s` : duration(ms);
}

/** `just now`, `6 min ago`, `3 h ago`, `yesterday`, then the date. */
export function ago(at: number, now: number): string {
  const past = now - at;
  if (past < MINUTE) return 'just now';
  if (past < HOUR) return `${Math.floor(past / MINUTE)} min ago`;
  const days = daysBetween(at, now);
  if (past < DAY && (days === 0 || past < 6 * HOUR)) return `${Math.floor(past / HOUR)} h ago`;
  return days <= 1 ? 'yesterday' : dateOf(at, now);
}

/** The name of a day as a table's head shows it: `Today`, `Yesterday`, `Monday 12 May`, with the year where it is another. */
export function dayName(at: number, now: number): string {
  const days = daysBetween(at, now);
  if (days === 0) return 'Today';
  if (days === 1) return 'Yesterday';
  const date = new Date(at);
  return `${date.toLocaleDateString('en-GB', { weekday: 'long' })} ${dateOf(at, now)}`;
}

function dateOf(at: number, now: number): string {
  const date = new Date(at);
  const text = `${date.getDate()} ${date.toLocaleDateString('en-GB', { month: 'short' })}`;
  return date.getFullYear() === new Date(now).getFullYear() ? text : `${text} ${date.getFullYear()}`;
}

/** `14:26`, in this machine's time zone. */
export function timeOfDay(at: number): string {
  const date = new Date(at);
  return `${date.getHours()}:${two(date.getMinutes())}`;
}

/** `14:40` today, `tomorrow 3:00`, else with the day: `Mon 3:00`, `12 May 3:00`. */
export function timeAhead(at: number, now: number): string {
  const days = daysBetween(now, at);
  if (days === 0) return timeOfDay(at);
  if (days === 1) return `tomorrow ${timeOfDay(at)}`;
  const day = days > 1 && days < 7 ? new Date(at).toLocaleDateString('en-GB', { weekday: 'short' }) : dateOf(at, now);
  return `${day} ${timeOfDay(at)}`;
}

/** A duration that is only estimated: `under a minute`, `14 min`, `2 h 5 min`. */
export function aboutMinutes(ms: number): string {
  const minutes = Math.round(ms / MINUTE);
  if (minutes < 1) return 'under a minute';
  if (minutes < 60) return `${minutes} min`;
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Midnight before `at`, here. */
export function dayStart(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0);
}

// Counted from noon to noon, because a day of a clock change has 23 or 25 hours.
const daysBetween = (at: number, now: number) =>
  Math.round((new Date(now).setHours(12, 0, 0, 0) - new Date(at).setHours(12, 0, 0, 0)) / DAY);

/** MiB → `412 MB`, `1.9 GB`. */
export function memory(mb: number): string {
  return mb < 1000 ? `${Math.round(mb)} MB` : `${(mb / 1024).toFixed(1)} GB`;
}

/** `812 B`, `12 KB`, `3.4 MB`. */
export function bytes(n: number): string {
  if (n < 1024) return `${n} B`;
  const [value, unit] = n < 1024 ** 2 ? [n / 1024, 'KB'] : n < 1024 ** 3 ? [n / 1024 ** 2, 'MB'] : [n / 1024 ** 3, 'GB'];
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${unit}`;
}

/** Percent of one core → cores: 140 is `1.4`. */
export function cores(percentOfOneCore: number): string {
  return (percentOfOneCore / 100).toFixed(1);
}

/** `1 test`, `25 tests`. */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`;
}

const two = (n: number) => String(n).padStart(2, '0');
