import { clsx } from 'clsx'
import type { ComponentProps, ComponentType } from 'react'

interface IconButtonProps extends ComponentProps<'button'> {
  icon: ComponentType<{ className?: string }>
  /** Names the object as well: "Actions for Priya Patel". */
  label: string
}

/** A button that is only an icon, with a name for those who don't see it. */
export function IconButton({ icon: Icon, label, className, ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      aria-label={label}
      title={label}
      className={clsx(
        'inline-flex size-9 shrink-0 items-center justify-center rounded-control text-fg-2 transition-colors duration-150 hover:bg-sunken hover:text-fg disabled:cursor-not-allowed disabled:opacity-50 data-popup-open:bg-sunken data-popup-open:text-fg touch:size-11',
        className,
      )}
    >
      <Icon aria-hidden className="size-4.5" />
    </button>
  )
}
