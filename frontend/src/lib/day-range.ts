// Days as the server is asked for them: from their first moment to their last, in its zone.
import { addDays, dayOf } from './day'

const HOUR_MS = 3_600_000

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
