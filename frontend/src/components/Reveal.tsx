import { type ReactNode, useEffect, useRef } from 'react'

// What lies over the page at its top, and at its foot where a form is saved.
const COVERED = '-64px 0px -160px'

/**
 * What a person has to know before going on. Where it appears out of sight (a form is long, and its button at the
 * foot), it comes into sight and takes the focus; otherwise the focus stays where it is.
 */
export function Reveal({ children }: { children: ReactNode }) {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const element = box.current
    if (!element) return
    const observer = new IntersectionObserver(
      ([seen]) => {
        observer.disconnect()
        if (!seen || seen.intersectionRatio > 0.99) return
        element.scrollIntoView({ block: 'center' })
        element.focus({ preventScroll: true })
      },
      { rootMargin: COVERED },
    )
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  return (
    <div ref={box} tabIndex={-1} className="rounded-tile">
      {children}
    </div>
  )
}
