import { clsx } from 'clsx'
import type { ComponentProps } from 'react'
import { useFieldControl } from './Field'
import { CONTROL } from './Input'

interface NumberInputProps extends Omit<ComponentProps<'input'>, 'type'> {
  /** The unit, shown behind the number: "days". */
  unit?: string
}

/** A whole number, with its unit. */
export function NumberInput({ className, unit, ...rest }: NumberInputProps) {
  return (
    <div className="flex items-center gap-2">
      <input
        inputMode="numeric"
        step={1}
        {...rest}
        {...useFieldControl(rest)}
        type="number"
        className={clsx(CONTROL, 'num max-w-32', className)}
      />
      {unit && <span className="text-sm text-fg-2">{unit}</span>}
    </div>
  )
}
