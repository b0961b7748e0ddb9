import { CircleAlert } from 'lucide-react'
import { createContext, type ReactNode, use, useId } from 'react'
import { m } from '@/paraglide/messages.js'

interface FieldContext {
  id: string
  describedBy: string | undefined
  invalid: boolean
}

const Context = createContext<FieldContext | null>(null)

/** The attributes that tie a control to the label, help and error of its field. */
export function useFieldControl(own: { id?: string | undefined }) {
  const field = use(Context)
  if (!field) return own.id ? { id: own.id } : {}
  return {
    id: field.id,
    'aria-describedby': field.describedBy,
    'aria-invalid': field.invalid || undefined,
  }
}

interface FieldProps {
  label: ReactNode
  help?: ReactNode
  error?: string | undefined
  optional?: boolean
  /** Hides the label from sight, not from assistive technology. */
  quiet?: boolean
  children: ReactNode
}

/** Label above, control, help, and an error below that says what to do. */
export function Field({ label, help, error, optional, quiet, children }: FieldProps) {
  const id = useId()
  const helpId = `${id}-help`
  const errorId = `${id}-error`
  const describedBy = [help && helpId, error && errorId].filter(Boolean).join(' ') || undefined
  return (
    <div className="flex min-w-0 flex-col gap-1.5">
      <label htmlFor={id} className={quiet ? 'sr-only' : 'text-sm font-medium text-fg'}>
        {label}
        {optional && <span className="font-normal text-fg-3"> ({m.ui_optional()})</span>}
      </label>
      {help && (
        <p id={helpId} className="text-sm text-fg-3">
          {help}
        </p>
      )}
      <Context value={{ id, describedBy, invalid: Boolean(error) }}>{children}</Context>
      <FieldError id={errorId} error={error} />
    </div>
  )
}

/** The error line of a field or of a group of controls. */
export function FieldError({ id, error }: { id: string; error: string | undefined }) {
  return (
    <div aria-live="polite">
      {error && (
        <p id={id} className="flex items-start gap-1.5 text-sm text-bad">
          <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
          {error}
        </p>
      )}
    </div>
  )
}

interface FieldSetProps {
  legend: ReactNode
  help?: ReactNode
  error?: string | undefined
  children: ReactNode
}

/** Several controls that answer one question. */
export function FieldSet({ legend, help, error, children }: FieldSetProps) {
  const id = useId()
  return (
    <fieldset
      className="flex min-w-0 flex-col gap-1.5"
      aria-describedby={error ? `${id}-error` : undefined}
    >
      <legend className="mb-1.5 text-sm font-medium text-fg">{legend}</legend>
      {help && <p className="text-sm text-fg-3">{help}</p>}
      {children}
      <FieldError id={`${id}-error`} error={error} />
    </fieldset>
  )
}
