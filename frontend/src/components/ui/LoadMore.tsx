import { useEffect, useEffectEvent, useRef } from 'react'
import { number } from '@/lib/format'
import { m } from '@/paraglide/messages.js'
import { problemText } from '../problem-text'
import { Button } from './Button'

interface LoadMoreProps {
  shown: number
  /** How many there are in all; a minimum when counting stopped early. */
  total: number
  totalIsMinimum: boolean
  hasMore: boolean
  loading: boolean
  /** Why the next page did not come. */
  error: unknown
  onMore: () => void
  /** Asks for the next page as soon as the foot comes near. */
  eager?: boolean | undefined
}

// Two screens ahead of the foot there is time to fetch, and to draw.
const AHEAD = '0px 0px 200% 0px'

/** The foot of a keyset list: how much is shown, and a button for the next page. */
export function LoadMore({
  shown,
  total,
  totalIsMinimum,
  hasMore,
  loading,
  error,
  onMore,
  eager,
}: LoadMoreProps) {
  const foot = useRef<HTMLDivElement>(null)
  const more = useEffectEvent(onMore)
  const waits = Boolean(eager) && hasMore && !loading && !error
  useEffect(() => {
    const element = foot.current
    if (!waits || !element) return
    const observer = new IntersectionObserver(
      (entries) => entries.some(({ isIntersecting }) => isIntersecting) && more(),
      { rootMargin: AHEAD },
    )
    observer.observe(element)
    return () => observer.disconnect()
  }, [waits])
  return (
    <div ref={foot} className="flex flex-col items-center gap-3 py-4">
      <p role="status" className="num text-xs text-fg-3">
        {totalIsMinimum
          ? m.ui_shown_of_many({ shown: number(shown), total: number(total) })
          : m.ui_shown_of({ shown: number(shown), total: number(Math.max(total, shown)) })}
      </p>
      {error != null && !loading && (
        <p role="alert" className="text-center text-sm text-bad">
          {m.ui_more_failed()} {problemText(error)}
        </p>
      )}
      {hasMore && (
        <Button busy={loading} onClick={onMore}>
          {error != null ? m.ui_try_again() : m.ui_load_more()}
        </Button>
      )}
    </div>
  )
}
