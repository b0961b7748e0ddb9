import { clsx } from 'clsx'

interface StepperProps {
  label: string
  steps: string[]
  /** Index of the present step. */
  current: number
}

/** Where somebody is on a way with a few steps. */
export function Stepper({ label, steps, current }: StepperProps) {
  return (
    <ol aria-label={label} className="flex gap-1.5">
      {steps.map((step, index) => (
        <li
          key={step}
          aria-current={index === current ? 'step' : undefined}
          className="flex min-w-0 flex-1 flex-col gap-1.5"
        >
          <span
            aria-hidden
            className={clsx('h-1.5 rounded-full', index <= current ? 'bg-brand' : 'bg-line')}
          />
          <span
            className={clsx(
              'truncate text-xs max-sm:sr-only',
              index === current ? 'font-medium text-fg' : 'text-fg-3',
            )}
          >
            {step}
          </span>
        </li>
      ))}
    </ol>
  )
}
