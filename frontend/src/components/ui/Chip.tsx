import { clsx } from 'clsx'
import type { ReactNode } from 'react'

export type Tone = 'ok' | 'info' | 'warn' | 'bad' | 'mute' | 'brand'

const TONES: Record<Tone, string> = {
  ok: 'bg-ok-soft text-ok border-ok/12',
  info: 'bg-info-soft text-info border-info/12',
  warn: 'bg-warn-soft text-warn border-warn/12',
  bad: 'bg-bad-soft text-bad border-bad/12',
  mute: 'bg-sunken text-fg-2 border-line',
  brand: 'bg-brand-soft text-brand-text border-brand-text/12',
}

interface ChipProps {
  tone?: Tone
  /** A dot in front, for a status. Words always say it too. */
  dot?: boolean
  /** Words that somebody typed, and that may be too long: they are cut short where room is scarce. */
  typed?: boolean
  children: ReactNode
}

/** A status or a tag. */
export function Chip({ tone = 'mute', dot, typed, children }: ChipProps) {
  return (
    <span
      className={clsx(
        'inline-flex max-w-full items-center gap-1.5 rounded-full border px-2 py-0.5 text-xs font-medium whitespace-nowrap',
        TONES[tone],
        typed && 'min-w-0',
      )}
    >
      {dot && <span aria-hidden className="size-1.5 shrink-0 rounded-full bg-current" />}
      {/* What is cut off costs in a long list; our own words fit. */}
      {typed ? <span className="truncate">{children}</span> : children}
    </span>
  )
}
