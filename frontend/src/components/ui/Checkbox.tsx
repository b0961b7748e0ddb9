import { clsx } from 'clsx'
import type { ComponentProps, ReactNode } from 'react'
import { Choice } from './Choice'

interface CheckboxProps extends Omit<ComponentProps<'input'>, 'type'> {
  label: ReactNode
  help?: ReactNode
}

/** Yes or no, or one of several that may be chosen together. */
export function Checkbox({ label, help, className, ...rest }: CheckboxProps) {
  return (
    <Choice label={label} help={help}>
      {(ids) => (
        <input
          {...rest}
          {...ids}
          type="checkbox"
          className={clsx('tick cursor-pointer rounded-small', className)}
        />
      )}
    </Choice>
  )
}
