import { clsx } from 'clsx'
import type { ReactNode } from 'react'
import { m } from '@/paraglide/messages.js'

/** One grey shape. */
export function Bone({ className }: { className: string }) {
  return <span className={clsx('block animate-pulse rounded-small bg-line', className)} />
}

/** The shape of what is coming. Shows nothing at first, so that quick answers don't flicker. */
export function Skeleton({ children, className }: { children: ReactNode; className?: string }) {
  return (
    <div role="status" aria-busy className={clsx('late', className)}>
      <span className="sr-only">{m.ui_loading()}</span>
      <div aria-hidden className="contents">
        {children}
      </div>
    </div>
  )
}

/** The shape of a list: a picture, two lines and a chip in each row. */
export function ListSkeleton({ rows = 5 }: { rows?: number }) {
  return (
    <Skeleton className="overflow-hidden rounded-card border border-line bg-surface">
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are alike and never move.
        <div key={row} className="flex items-center gap-3 border-b border-line p-4 last:border-b-0">
          <Bone className="size-9 rounded-full" />
          <div className="flex flex-1 flex-col gap-2">
            <Bone className="h-3 w-32 max-w-full" />
            <Bone className="h-2.5 w-48 max-w-full opacity-60" />
          </div>
          <Bone className="h-5 w-16 rounded-full" />
        </div>
      ))}
    </Skeleton>
  )
}

/** The shape of a form or of a card with text. */
export function BlockSkeleton({ lines = 4 }: { lines?: number }) {
  return (
    <Skeleton className="flex flex-col gap-4 rounded-card border border-line bg-surface p-5">
      {Array.from({ length: lines }, (_, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines are alike and never move.
        <div key={line} className="flex flex-col gap-2">
          <Bone className="h-3 w-28" />
          <Bone className="h-8 w-full max-w-md opacity-60" />
        </div>
      ))}
    </Skeleton>
  )
}
