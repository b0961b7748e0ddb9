import { clsx } from 'clsx'
import type { ComponentProps } from 'react'
import { useFieldControl } from './Field'
import { CONTROL } from './Input'

/** A day, as the browser's own date picker knows it: "2025-11-30". */
export function DateInput({ className, ...rest }: Omit<ComponentProps<'input'>, 'type'>) {
  return (
    <input
      {...rest}
      {...useFieldControl(rest)}
      type="date"
      className={clsx(CONTROL, 'num max-w-48', className)}
    />
  )
}
