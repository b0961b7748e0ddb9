import { clsx } from 'clsx'
import { ChevronDown } from 'lucide-react'
import type { ComponentProps } from 'react'
import { useFieldControl } from './Field'
import { CONTROL } from './Input'

interface SelectProps extends ComponentProps<'select'> {
  options: { value: string; label: string }[]
}

/** One of a few. The browser's own list, which every phone and screen reader knows. */
export function Select({ className, options, ...rest }: SelectProps) {
  return (
    <div className="relative">
      <select
        {...rest}
        {...useFieldControl(rest)}
        className={clsx(CONTROL, 'cursor-pointer appearance-none pe-9 text-ellipsis', className)}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value} className="bg-raised text-fg">
            {option.label}
          </option>
        ))}
      </select>
      <ChevronDown
        aria-hidden
        className="pointer-events-none absolute inset-e-3 top-1/2 size-4 -translate-y-1/2 text-fg-3"
      />
    </div>
  )
}
