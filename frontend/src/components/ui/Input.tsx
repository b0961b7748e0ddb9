import { clsx } from 'clsx'
import type { ComponentProps } from 'react'
import { useFieldControl } from './Field'

/** Shared by everything a person types or picks a value in. */
export const CONTROL =
  'h-9 touch:h-11 w-full min-w-0 rounded-control border border-line-strong/60 bg-surface px-3 text-base text-fg shadow-1 placeholder:text-fg-3 transition-colors duration-150 hover:border-line-strong disabled:cursor-not-allowed disabled:bg-sunken disabled:text-fg-3 aria-invalid:border-bad'

/** One line of text. */
export function Input({ className, ...rest }: ComponentProps<'input'>) {
  return (
    <input type="text" {...rest} {...useFieldControl(rest)} className={clsx(CONTROL, className)} />
  )
}
