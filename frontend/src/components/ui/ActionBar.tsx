import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { IconButton } from './IconButton'

/** A button on the bar, whose colours are the page's turned around. */
export const ON_ACTION_BAR =
  'inline-flex h-10 items-center gap-2 rounded-control px-2.5 text-sm font-medium hover:bg-surface/15 disabled:cursor-not-allowed disabled:opacity-50 touch:h-11'

interface ActionBarProps {
  label: string
  /** How many are ticked, in words. */
  count: string
  /** Beside that, such as a button that ticks all the others. */
  more?: ReactNode
  onClear: () => void
  clearLabel: string
  children: ReactNode
}

/** What to do with the rows that are ticked. On phones it takes the place of the bottom nav. */
export function ActionBar({ label, count, more, onClear, clearLabel, children }: ActionBarProps) {
  return (
    <section
      aria-label={label}
      data-takes-foot
      className="fixed inset-x-3 bottom-3 z-30 flex flex-wrap items-center gap-1 rounded-card bg-fg px-3 py-2 text-surface shadow-3 sm:inset-x-auto sm:start-1/2 sm:w-max sm:max-w-[calc(100vw-1.5rem)] sm:-translate-x-1/2 lg:ms-30 lg:max-w-[calc(100vw-17rem)]"
    >
      <p role="status" className="num px-1 text-sm font-medium whitespace-nowrap">
        {count}
      </p>
      {more}
      <span className="ms-auto flex items-center">
        {children}
        <IconButton
          icon={X}
          label={clearLabel}
          onClick={onClear}
          className="text-surface hover:bg-surface/15 hover:text-surface"
        />
      </span>
    </section>
  )
}
