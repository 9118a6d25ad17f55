const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

const isNumber = (text: string) => /^\d+$/.test(text);
const time = (hour: string, minute: string) => `${Number(hour)}:${minute.padStart(2, '0')}`;

/**
 * A cron pattern as words, where it is one of the usual ones: `weekdays at 22:00`, `every 15 min`. null for all others: then the pattern
 * itself says it best.
 */
export function cronWords(pattern: string): string | null {
  const [minute, hour, dayOfMonth, month, weekday, ...more] = pattern.trim().split(/\s+/);
  if (weekday === undefined || minute === undefined || hour === undefined || more.length > 0) return null;
  if (dayOfMonth !== '*' || month !== '*') return null;
  const days = daysWords(weekday);
  if (days === null) return null;
  if (isNumber(minute) && isNumber(hour)) return `${days} at ${time(hour, minute)}`;
  if (days !== 'every day' || hour !== '*') return null;
  const step = /^\*\/(\d+)$/.exec(minute)?.[1];
  if (step !== undefined) return `every ${step} min`;
  if (minute === '*') return 'every minute';
  return isNumber(minute) ? `every hour at :${minute.padStart(2, '0')}` : null;
}

function daysWords(weekday: string): string | null {
  switch (weekday.toUpperCase()) {
    case '*':
      return 'every day';
    case '1-5':
    case 'MON-FRI':
      return 'weekdays';
    case '0,6':
    case '6,0':
    case '6,7':
    case 'SAT,SUN':
      return 'weekends';
  }
  const day =
    DAYS[isNumber(weekday) ? Number(weekday) : DAYS.findIndex((name) => name.slice(0, 3).toUpperCase() === weekday.toUpperCase())];
  return day === undefined ? null : `${day}s`;
}
