import type { ReactNode } from 'react'

// Half of the widest tooltip: nearer to an edge it would leave the chart.
const HALF_PX = 84

interface TooltipProps {
  /** Where it points to, in pixels from the chart's start and top. */
  x: number
  y: number
  /** The width of the chart. */
  width: number
  children: ReactNode
}

/** What a mark stands for. The mark's own name says the same to assistive technology. */
export function Tooltip({ x, y, width, children }: TooltipProps) {
  const left = Math.min(Math.max(x, HALF_PX), Math.max(width - HALF_PX, HALF_PX))
  return (
    <div
      aria-hidden
      style={{ left, top: y }}
      className="num pointer-events-none absolute z-10 w-max max-w-42 -translate-x-1/2 -translate-y-full rounded-control border border-line bg-raised px-3 py-2 text-xs text-fg-2 shadow-2"
    >
      {children}
    </div>
  )
}
