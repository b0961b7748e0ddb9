import { clsx } from 'clsx'
import { type ComponentProps, type ReactNode, useId } from 'react'

/** A surface that holds one thing. */
export function Card({ className, ...rest }: ComponentProps<'div'>) {
  return (
    <div
      {...rest}
      className={clsx('min-w-0 rounded-card border border-line bg-surface shadow-1', className)}
    />
  )
}

interface CardSectionProps {
  title: ReactNode
  hint?: ReactNode
  action?: ReactNode
  /** Without padding around the body, for lists and tables. */
  flush?: boolean
  className?: string
  children: ReactNode
}

/** A card with a heading: a region of the page. */
export function CardSection({ title, hint, action, flush, className, children }: CardSectionProps) {
  const id = useId()
  return (
    <section
      aria-labelledby={id}
      className={clsx('min-w-0 rounded-card border border-line bg-surface shadow-1', className)}
    >
      <header
        className={clsx(
          'flex min-h-14 items-center justify-between gap-3 px-4 py-3 sm:px-5',
          flush && 'border-b border-line',
        )}
      >
        <div className="min-w-0">
          <h2 id={id} className="text-base font-semibold">
            {title}
          </h2>
          {hint && <p className="text-xs text-fg-3">{hint}</p>}
        </div>
        {action}
      </header>
      <div className={flush ? undefined : 'px-4 pb-4 sm:px-5 sm:pb-5'}>{children}</div>
    </section>
  )
}
