// Days as "2025-11-30", the way date fields know them; they begin and end in the server's zone.
import { zone } from './zone'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

let calendar: { zone: string; format: Intl.DateTimeFormat } | undefined

function calendarOf(zone: string) {
  if (calendar?.zone !== zone) {
    const options = { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' } as const
    // Of the Gregorian calendar and with plain digits, whatever the browser's language has.
    calendar = { zone, format: new Intl.DateTimeFormat('en-u-ca-gregory', options) }
  }
  return calendar.format
}

/** The day of an instant; today unless said. */
export function dayOf(instant: Date | number = Date.now()): string {
  const parts = calendarOf(zone()).formatToParts(instant)
  const part = (wanted: string) => parts.find(({ type }) => type === wanted)?.value ?? ''
  return `${part('year').padStart(4, '0')}-${part('month')}-${part('day')}`
}

/** The last day of something that ends at an instant. */
export function lastDay(end: string): string {
  return dayOf(Date.parse(end) - 1)
}

/** So many days after a day. */
export function addDays(day: string, days: number): string {
  return new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10)
}

/** How many days it is from one instant's day to another's. */
export function daysBetween(from: Date | number, to: Date | number): number {
  return (Date.parse(dayOf(to)) - Date.parse(dayOf(from))) / DAY_MS
}

/**
 * The first moment of a day. Looked for, not worked out: where the clocks change at midnight a day begins at another
 * hour, and all that is known of a zone is which day a moment has.
 */
function firstMoment(day: string): number {
  let before = Date.parse(day) - 16 * HOUR_MS
  let within = Date.parse(day) + 16 * HOUR_MS
  while (within - before > 1) {
    const between = Math.floor((before + within) / 2)
    if (dayOf(between) < day) before = between
    else within = between
  }
  return within
}

/** The first moment of a day, as the server is asked for it. */
export function beginOf(day: string | undefined): string | undefined {
  return day && new Date(firstMoment(day)).toISOString()
}

/** The last moment of a day, as the server is asked for it. */
export function endOf(day: string | undefined): string | undefined {
  return day && new Date(firstMoment(addDays(day, 1)) - 1).toISOString()
}
