// Days as "2025-11-30", the way date fields know them; in this browser's zone.

const DAY_MS = 86_400_000

/** The day of an instant; today unless said. */
export function dayOf(instant: Date = new Date()): string {
  const two = (n: number) => String(n).padStart(2, '0')
  return `${instant.getFullYear()}-${two(instant.getMonth() + 1)}-${two(instant.getDate())}`
}

/** The last day of something that ends at an instant. */
export function lastDay(end: string): string {
  return dayOf(new Date(Date.parse(end) - 1))
}

/** So many days after a day. */
export function addDays(day: string, days: number): string {
  // At noon no change of the clocks moves it to another day.
  return dayOf(new Date(Date.parse(`${day}T12:00:00`) + days * DAY_MS))
}

/** The first moment of a day, as the server is asked for it. */
export function beginOf(day: string | undefined): string | undefined {
  return day && new Date(`${day}T00:00:00`).toISOString()
}

/** The last moment of a day, as the server is asked for it. */
export function endOf(day: string | undefined): string | undefined {
  return day && new Date(`${day}T23:59:59.999`).toISOString()
}
