// Days as "2025-11-30", the way date fields know them; they begin and end in the server's zone.
import { zone } from './zone'

const DAY_MS = 86_400_000

let calendar: { zone: string; format: Intl.DateTimeFormat } | undefined

/** The day of an instant; today unless said. */
export function dayOf(instant: Date | number = Date.now()): string {
  const timeZone = zone()
  // Swedes write their days the way date fields do.
  if (calendar?.zone !== timeZone)
    calendar = { zone: timeZone, format: new Intl.DateTimeFormat('sv', { timeZone }) }
  return calendar.format.format(instant)
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
