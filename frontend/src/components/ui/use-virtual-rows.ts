// Long lists draw only the rows near the window: the rest is empty space of the right height.
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { useLayoutEffect, useRef, useState } from 'react'

// Up to here every row is drawn: cheap enough, and the browser's own search finds all of it.
const FEW = 60
const BEYOND_THE_EDGE = 8

interface VirtualRows<Container extends Element> {
  /** For the element that holds the rows. */
  container: React.RefObject<Container | null>
  /** The rows to draw, by their place in the list. */
  places: number[]
  /** Empty space above and below them, in pixels. */
  before: number
  after: number
  /** For each drawn row, which carries `data-index`; undefined while all are drawn. */
  measure: ((row: Element | null) => void) | undefined
}

/** Which of `count` rows to draw. `estimate` is a row's usual height, `gap` the space between two. */
export function useVirtualRows<Container extends Element>(
  count: number,
  estimate: number,
  gap = 0,
): VirtualRows<Container> {
  const container = useRef<Container>(null)
  const [margin, setMargin] = useState(0)
  const many = count > FEW

  // Something above the list may appear or go away.
  useLayoutEffect(() => {
    const element = container.current
    if (!many || !element) return
    const look = () => setMargin(Math.round(element.getBoundingClientRect().top + window.scrollY))
    look()
    const observer = new ResizeObserver(look)
    observer.observe(document.body)
    return () => observer.disconnect()
  }, [many])

  const virtual = useWindowVirtualizer({
    count,
    enabled: many,
    estimateSize: () => estimate,
    gap,
    overscan: BEYOND_THE_EDGE,
    scrollMargin: margin,
  })
  if (!many)
    return {
      container,
      places: Array.from({ length: count }, (_, place) => place),
      before: 0,
      after: 0,
      measure: undefined,
    }
  const items = virtual.getVirtualItems()
  const first = items[0]
  const last = items[items.length - 1]
  return {
    container,
    places: items.map(({ index }) => index),
    before: first ? first.start - margin : 0,
    after: last ? virtual.getTotalSize() - (last.end - margin) : 0,
    measure: virtual.measureElement,
  }
}
