// The end of something, in words. An end that was given as a day is the first moment of the day after, in the server's
// zone: what a person reads is the day itself. Any other end keeps its time of day.
import { dayOf, lastDay } from './day'
import { date, dateTime } from './format'

/** Whether an end was given as a day. */
export const endsWithDay = (end: string) => dayOf(Date.parse(end)) !== lastDay(end)

/** "30 Nov 2025", or "30 Nov 2025, 18:30". */
export const endText = (end: string): string =>
  endsWithDay(end) ? date(Date.parse(end) - 1) : dateTime(end)
