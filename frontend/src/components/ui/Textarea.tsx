import { clsx } from 'clsx'
import type { ComponentProps } from 'react'
import { useFieldControl } from './Field'
import { CONTROL } from './Input'

/** Several lines of text. */
export function Textarea({ className, rows = 4, ...rest }: ComponentProps<'textarea'>) {
  return (
    <textarea
      rows={rows}
      {...rest}
      {...useFieldControl(rest)}
      className={clsx(CONTROL, 'h-auto touch:h-auto py-2', className)}
    />
  )
}
