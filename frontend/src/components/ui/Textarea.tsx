import { clsx } from 'clsx'
import type { ComponentProps } from 'react'
import { useFieldControl } from './Field'
import { CONTROL } from './Input'

/** Several lines of text. */
export function Textarea({ className, ...rest }: ComponentProps<'textarea'>) {
  return (
    <textarea
      rows={4}
      {...rest}
      {...useFieldControl(rest)}
      className={clsx(CONTROL, 'h-auto py-2', className)}
    />
  )
}
