import { clsx } from 'clsx'
import { CircleAlert, CircleCheck, Info, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'

const LOOKS = {
  ok: { icon: CircleCheck, className: 'bg-ok-soft text-ok border-ok/20' },
  info: { icon: Info, className: 'bg-info-soft text-info border-info/20' },
  warn: { icon: TriangleAlert, className: 'bg-warn-soft text-warn border-warn/20' },
  bad: { icon: CircleAlert, className: 'bg-bad-soft text-bad border-bad/20' },
}

interface AlertProps {
  tone: keyof typeof LOOKS
  title?: ReactNode
  /** Errors and warnings that appear while the page is open are announced. */
  live?: boolean
  action?: ReactNode
  children?: ReactNode
}

/** Something to know before going on, in the place where it matters. */
export function Alert({ tone, title, live = tone === 'bad', action, children }: AlertProps) {
  const { icon: Icon, className } = LOOKS[tone]
  return (
    <div
      role={live ? 'alert' : undefined}
      className={clsx('flex items-start gap-3 rounded-tile border px-4 py-3', className)}
    >
      <Icon aria-hidden className="mt-0.5 size-4.5 shrink-0" />
      <div className="min-w-0 flex-1 text-sm">
        {title && <p className="font-semibold">{title}</p>}
        {children && <div className="text-fg-2">{children}</div>}
      </div>
      {action}
    </div>
  )
}
