import { useEffect, useState } from 'react'
import { endText } from '@/lib/ends'
import { dateTime } from '@/lib/format'
import { isFar, relative, relativeEnd } from '@/lib/relative'

const REFRESH_MS = 30_000

interface MomentProps {
  value: string
  words: (value: string) => string
  /** The same to the minute, or to the day. */
  exact: (value: string) => string
}

function Moment({ value, words, exact }: MomentProps) {
  const [, setTick] = useState(0)
  useEffect(() => {
    // A date stays one: in a long list that saves a thousand timers.
    if (isFar(value)) return
    const timer = setInterval(() => setTick((tick) => tick + 1), REFRESH_MS)
    return () => clearInterval(timer)
  }, [value])
  return (
    <time dateTime={value} title={exact(value)} className="whitespace-nowrap">
      {words(value)}
    </time>
  )
}

/** An instant in words, with the exact time on hover; keeps itself up to date. */
export function RelativeTime({ value }: { value: string }) {
  return <Moment value={value} words={relative} exact={dateTime} />
}

/** The end of something in words; of an end that was given as a day, that day. */
export function EndTime({ value }: { value: string }) {
  return <Moment value={value} words={relativeEnd} exact={endText} />
}
