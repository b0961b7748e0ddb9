import { clsx } from 'clsx'
import type { LucideIcon } from 'lucide-react'
import { useId } from 'react'

interface SegmentedControlProps<T extends string> {
  label: string
  value: T
  onChange: (value: T) => void
  options: { value: T; label: string; icon?: LucideIcon }[]
  /** Shows the icons only; the words stay for assistive technology. */
  iconOnly?: boolean
}

/** A few ways to see or say the same thing, side by side. */
export function SegmentedControl<T extends string>({
  label,
  value,
  onChange,
  options,
  iconOnly,
}: SegmentedControlProps<T>) {
  const name = useId()
  return (
    <fieldset className="inline-flex max-w-full self-start rounded-control border border-line bg-surface p-0.5 shadow-1">
      <legend className="sr-only">{label}</legend>
      {options.map(({ value: option, label: words, icon: Icon }) => (
        <label
          key={option}
          title={iconOnly ? words : undefined}
          className={clsx(
            'inline-flex min-h-8 cursor-pointer items-center justify-center gap-2 rounded-small py-1 text-center text-sm font-medium transition-colors duration-150 touch:min-h-10 has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-focus',
            iconOnly ? 'w-9 touch:w-11' : 'px-3',
            option === value ? 'bg-fg text-surface' : 'text-fg-2 hover:text-fg',
          )}
        >
          <input
            type="radio"
            name={name}
            value={option}
            checked={option === value}
            onChange={() => onChange(option)}
            className="sr-only"
          />
          {Icon && <Icon aria-hidden className="size-4" />}
          <span className={iconOnly ? 'sr-only' : undefined}>{words}</span>
        </label>
      ))}
    </fieldset>
  )
}
