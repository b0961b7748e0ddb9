// Ties forms to the server's answers: wrong fields show at their field, the rest above the form.
import type { FieldValues, Path, UseFormSetError } from 'react-hook-form'
import { ApiError } from '@/api/problem'
import { m } from '@/paraglide/messages.js'
import { fieldName, fieldText } from './field-text'
import { problemText } from './problem-text'
import { Reveal } from './Reveal'
import { Alert } from './ui/Alert'

/**
 * Shows each named field's problem at that field and focuses the first. `fields` maps the first part
 * of a pointer ("max_uses" in "/max_uses") to the form's own name, in the order in which the form shows them.
 * Returns the error when something of it is left to be shown above the form.
 */
export function spreadProblem<T extends FieldValues>(
  error: unknown,
  setError: UseFormSetError<T>,
  fields: Record<string, Path<T>>,
): unknown {
  if (!(error instanceof ApiError)) return error
  const problems = error.problem.errors ?? []
  const order = Object.values(fields)
  const wrong = problems.flatMap((problem) => fields[fieldName(problem)] ?? [])
  const first = order.find((field) => wrong.includes(field))
  let focused = false
  let left = problems.length === 0
  for (const problem of problems) {
    const field = fields[fieldName(problem)]
    if (!field) {
      left = true
      continue
    }
    const shouldFocus: boolean = !focused && field === first
    setError(field, { type: 'server', message: fieldText(problem) }, { shouldFocus })
    focused ||= shouldFocus
  }
  return left ? error : null
}

/** What is wrong with a form as a whole. */
export function FormProblem({ error }: { error: unknown }) {
  if (!error) return null
  const reference = error instanceof ApiError ? error.problem.request_id : null
  return (
    <Reveal>
      <Alert tone="bad">
        {problemText(error)}
        {reference && (
          <span className="block text-xs text-fg-3">{m.ui_reference({ reference })}</span>
        )}
      </Alert>
    </Reveal>
  )
}
