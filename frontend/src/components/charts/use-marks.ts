// The marks of a chart by hand and by keyboard: one stop for Tab, arrows between the marks, and what
// the pointer or the focus is on shows its tooltip until Escape.
import { type KeyboardEvent, useRef, useState } from 'react'
import { moveTo } from './geometry'

/** For `count` marks, `perRow` of them in each row. */
export function useMarks(count: number, perRow = count) {
  const [shown, setShown] = useState<number | null>(null)
  // The newest is what people look for first.
  const [stop, setStop] = useState(count - 1)
  const marks = useRef(new Map<number, SVGElement>())
  const here = Math.min(Math.max(stop, 0), count - 1)

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && shown !== null) {
      event.stopPropagation()
      return setShown(null)
    }
    const to = moveTo(event.key, here, count, perRow)
    if (to === undefined) return
    event.preventDefault()
    marks.current.get(to)?.focus()
  }

  /** What the mark's element is given, its name among it. */
  const mark = (place: number, name: string) => ({
    role: 'img' as const,
    'aria-label': name,
    ref: (element: SVGElement | null) => {
      if (element) marks.current.set(place, element)
      else marks.current.delete(place)
    },
    tabIndex: place === here ? 0 : -1,
    onFocus: () => {
      setStop(place)
      setShown(place)
    },
    onBlur: () => setShown(null),
    onPointerEnter: () => setShown(place),
    onPointerLeave: () => setShown(null),
    onKeyDown,
  })

  return { mark, shown: shown !== null && shown < count ? shown : null }
}
