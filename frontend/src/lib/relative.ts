// How far away a moment is, as a person says it.
import { daysBetween } from './day'
import { endsWithDay } from './ends'
import { cached, date } from './format'

const DAY_MS = 86_400_000
// After this many days a date says more than "9 days ago".
const RELATIVE_DAYS = 7

/** Whether a date says more than "9 days ago". */
export const isFar = (value: string | number | Date, now: number = Date.now()): boolean =>
  Math.abs(new Date(value).getTime() - now) > RELATIVE_DAYS * DAY_MS

const since = () => cached('relative', (l) => new Intl.RelativeTimeFormat(l, { numeric: 'auto' }))

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['hour', 3_600_000],
  ['minute', 60_000],
]

/** "2 hours ago" or "in 3 days" within a week, the date beyond it. */
export function relative(value: string | number | Date, now: number = Date.now()): string {
  const then = new Date(value).getTime()
  if (isFar(then, now)) return date(then)
  const diff = then - now
  // "Yesterday" is a day of the calendar, not a span of 24 hours.
  const days = Math.abs(diff) >= DAY_MS ? daysBetween(now, then) : 0
  if (days !== 0) return since().format(days, 'day')
  for (const [unit, ms] of STEPS) {
    if (Math.abs(diff) >= ms) return since().format(Math.trunc(diff / ms), unit)
  }
  return since().format(Math.trunc(diff / 1000), 'second')
}

/** "today", "tomorrow" or "in 3 days" within a week, the date beyond it: of the day of an instant, as a whole. */
function relativeDay(value: string | number | Date, now: number = Date.now()): string {
  const then = new Date(value).getTime()
  const days = daysBetween(now, then)
  return Math.abs(days) > RELATIVE_DAYS ? date(then) : since().format(days, 'day')
}

/** The same of an end: "today" or "tomorrow" where it was given as a day. */
export const relativeEnd = (end: string, now: number = Date.now()): string =>
  endsWithDay(end) ? relativeDay(Date.parse(end) - 1, now) : relative(end, now)
