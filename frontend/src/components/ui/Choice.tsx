// The row around a checkbox, radio or switch: control, label, help, all one target.
import { clsx } from 'clsx'
import { type ReactNode, useId } from 'react'

interface ChoiceProps {
  label: ReactNode
  help?: ReactNode
  /** Puts the control at the end of the row, as switches have it. */
  end?: boolean
  children: (ids: { id: string; 'aria-describedby': string | undefined }) => ReactNode
}

export function Choice({ label, help, end, children }: ChoiceProps) {
  const id = useId()
  const helpId = `${id}-help`
  return (
    <div
      className={clsx(
        'flex min-h-9 items-start gap-3 py-1.5 touch:min-h-11 touch:py-2.5',
        end && 'flex-row-reverse justify-between',
      )}
    >
      <span className="flex h-5.5 items-center">
        {children({ id, 'aria-describedby': help ? helpId : undefined })}
      </span>
      <div className="min-w-0">
        <label htmlFor={id} className="block cursor-pointer text-base text-fg">
          {label}
        </label>
        {help && (
          <p id={helpId} className="text-sm text-fg-3">
            {help}
          </p>
        )}
      </div>
    </div>
  )
}
