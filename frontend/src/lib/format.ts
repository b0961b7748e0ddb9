// Numbers, dates and sizes as a person in the current language reads them. Intl only.
import { regionalLocale } from './locale'
import { ownZone, zone } from './zone'

const DAY_MS = 86_400_000

const SECONDS = ['second', 1] as const
const SPANS = [['hour', 3600], ['minute', 60], SECONDS] as const

const cache = new Map<string, unknown>()

/** What `make` makes for the current language, made once. */
export function cached<T>(kind: string, make: (locale: string) => T): T {
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

/** The country with these two letters; undefined for letters that mean none. */
export function countryName(code: string | null | undefined): string | undefined {
  if (!code || !/^[A-Z]{2}$/.test(code)) return undefined
  const names = cached(
    'country',
    (l) => new Intl.DisplayNames(l, { type: 'region', fallback: 'none' }),
  )
  return names.of(code)
}

const inUnit = (unit: string, value: number, digits = 0) =>
  cached(
    `${unit} ${digits}`,
    (l) =>
      new Intl.NumberFormat(l, {
        style: 'unit',
        unit,
        unitDisplay: 'short',
        maximumFractionDigits: digits,
      }),
  ).format(value)

/** "45 s", "3 min" or "1.5 h". */
export function duration(seconds: number): string {
  const [unit, size] = SPANS.find(([, least]) => seconds >= least) ?? SECONDS
  return inUnit(unit, seconds / size, unit === 'hour' ? 1 : 0)
}

/** "1 hr 22 min", "17 min" or "45 sec": a length, or what is left of it. */
export function span(seconds: number): string {
  if (seconds < 60) return inUnit('second', Math.max(0, Math.floor(seconds)))
  const minutes = Math.round(seconds / 60)
  const rest = minutes % 60
  if (minutes < 60) return inUnit('minute', minutes)
  const hours = inUnit('hour', (minutes - rest) / 60)
  return rest === 0 ? hours : `${hours} ${inUnit('minute', rest)}`
}

/** "18.2 Mb/s" or "320 kb/s", from kilobits a second. */
export function bitRate(kbps: number): string {
  return kbps >= 1000
    ? inUnit('megabit-per-second', kbps / 1000, 1)
    : inUnit('kilobit-per-second', kbps)
}

/** "42%". */
export function percent(share: number): string {
  return cached(
    'percent',
    (l) => new Intl.NumberFormat(l, { style: 'percent', maximumFractionDigits: 0 }),
  ).format(share)
}

/** "24 Nov", of a day like "2025-11-24" that belongs to no zone. */
export function dayMonth(day: string): string {
  return cached(
    'dayMonth',
    (l) => new Intl.DateTimeFormat(l, { day: 'numeric', month: 'short', timeZone: 'UTC' }),
  ).format(new Date(`${day}T00:00:00Z`))
}

/** "Mon, 24 November", of a day like "2025-11-24" that belongs to no zone. */
export function fullDay(day: string): string {
  return cached(
    'fullDay',
    (l) =>
      new Intl.DateTimeFormat(l, {
        weekday: 'short',
        day: 'numeric',
        month: 'long',
        timeZone: 'UTC',
      }),
  ).format(new Date(`${day}T00:00:00Z`))
}

// The first moment of a Monday.
const MONDAY = 1_704_067_200_000

/** "Mon" or "Monday", from 1 for Monday to 7 for Sunday. */
export function weekday(day: number, length: 'short' | 'long'): string {
  return cached(
    `weekday ${length}`,
    (l) => new Intl.DateTimeFormat(l, { weekday: length, timeZone: 'UTC' }),
  ).format(MONDAY + (day - 1) * DAY_MS)
}

/** "18:00" or "6:00 PM", from 0 to 23. */
export function hourOfDay(hour: number): string {
  return cached(
    'hourOfDay',
    (l) => new Intl.DateTimeFormat(l, { timeStyle: 'short', timeZone: 'UTC' }),
  ).format(MONDAY + hour * 3_600_000)
}

/** "24 Nov 2025", in the server's zone. */
export function date(value: string | number | Date): string {
  const timeZone = zone()
  return cached(
    `date ${timeZone}`,
    (l) => new Intl.DateTimeFormat(l, { dateStyle: 'medium', timeZone }),
  ).format(new Date(value))
}

const clock = (timeZone: string) =>
  cached(
    `dateTime ${timeZone}`,
    (l) => new Intl.DateTimeFormat(l, { dateStyle: 'medium', timeStyle: 'short', timeZone }),
  )

const zoneName = (timeZone: string, at: Date) =>
  new Intl.DateTimeFormat(regionalLocale(), { timeZone, timeZoneName: 'short' })
    .formatToParts(at)
    .find(({ type }) => type === 'timeZoneName')?.value

/** "24 Nov 2025, 18:30", in the server's zone, which is named where this browser's clock shows another time. */
export function dateTime(value: string | number | Date): string {
  const [there, here, at] = [zone(), ownZone(), new Date(value)]
  const words = clock(there).format(at)
  const same = there === here || clock(here).format(at) === words
  return same ? words : `${words} ${zoneName(there, at)}`
}

/** "Movies, TV and Music". */
export function list(values: string[]): string {
  return cached('list', (l) => new Intl.ListFormat(l, { type: 'conjunction' })).format(values)
}
