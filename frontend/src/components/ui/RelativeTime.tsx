import { useEffect, useState } from 'react'
import { date, dateTime, relative } from '@/lib/format'

const REFRESH_MS = 30_000

/** An instant in words, with the exact time on hover; keeps itself up to date. */
export function RelativeTime({ value }: { value: string }) {
  const [, setTick] = useState(0)
  useEffect(() => {
    // A date stays one: in a long list that saves a thousand timers.
    if (relative(value) === date(value)) return
    const timer = setInterval(() => setTick((tick) => tick + 1), REFRESH_MS)
    return () => clearInterval(timer)
  }, [value])
  return (
    <time dateTime={value} title={dateTime(value)} className="whitespace-nowrap">
      {relative(value)}
    </time>
  )
}
