// Numbers, dates and sizes as a person in the current language reads them. Intl only.
import { regionalLocale } from './locale'

const DAY_MS = 86_400_000
// After this many days a date says more than "9 days ago".
const RELATIVE_DAYS = 7

const SECONDS = ['second', 1] as const
const SPANS = [['hour', 3600], ['minute', 60], SECONDS] as const

const cache = new Map<string, unknown>()

function cached<T>(kind: string, make: (locale: string) => T): T {
  const locale = regionalLocale()
  const key = `${kind}:${locale}`
  const known = cache.get(key)
  if (known) return known as T
  const made = make(locale)
  cache.set(key, made)
  return made
}

/** "1,204" or "1.204". */
export function number(value: number): string {
  return cached('number', (l) => new Intl.NumberFormat(l)).format(value)
}

/** "45 s", "3 min" or "1.5 h". */
export function duration(seconds: number): string {
  const [unit, size] = SPANS.find(([, least]) => seconds >= least) ?? SECONDS
  return cached(
    unit,
    (l) =>
      new Intl.NumberFormat(l, {
        style: 'unit',
        unit,
        unitDisplay: 'short',
        maximumFractionDigits: unit === 'hour' ? 1 : 0,
      }),
  ).format(seconds / size)
}

/** "24 Nov 2025". */
export function date(value: string | number | Date): string {
  return cached('date', (l) => new Intl.DateTimeFormat(l, { dateStyle: 'medium' })).format(
    new Date(value),
  )
}

/** "24 Nov 2025, 18:30". */
export function dateTime(value: string | number | Date): string {
  return cached(
    'dateTime',
    (l) => new Intl.DateTimeFormat(l, { dateStyle: 'medium', timeStyle: 'short' }),
  ).format(new Date(value))
}

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', DAY_MS],
  ['hour', 3_600_000],
  ['minute', 60_000],
]

/** "2 hours ago" or "in 3 days" within a week, the date beyond it. */
export function relative(value: string | number | Date, now: number = Date.now()): string {
  const then = new Date(value).getTime()
  const diff = then - now
  if (Math.abs(diff) > RELATIVE_DAYS * DAY_MS) return date(then)
  const words = cached('relative', (l) => new Intl.RelativeTimeFormat(l, { numeric: 'auto' }))
  for (const [unit, ms] of STEPS) {
    if (Math.abs(diff) >= ms) return words.format(Math.trunc(diff / ms), unit)
  }
  return words.format(Math.trunc(diff / 1000), 'second')
}

/** "Movies, TV and Music". */
export function list(values: string[]): string {
  return cached('list', (l) => new Intl.ListFormat(l, { type: 'conjunction' })).format(values)
}
