import { CloudOff, RefreshCw } from 'lucide-react'
import type { ReactNode } from 'react'
import { ApiError } from '@/api/problem'
import { m } from '@/paraglide/messages.js'
import { problemText } from '../problem-text'
import { Button } from './Button'

interface ErrorStateProps {
  /** What is broken, in the words of the page. */
  title: string
  error: unknown
  onRetry?: () => void
  action?: ReactNode
}

/** What failed, why, what to do, and the reference to give to whoever helps. */
export function ErrorState({ title, error, onRetry, action }: ErrorStateProps) {
  const problem = error instanceof ApiError ? error.problem : null
  return (
    <div role="alert" className="flex flex-col items-center gap-3 px-6 py-12 text-center">
      <span className="flex size-14 items-center justify-center rounded-card bg-bad-soft text-bad">
        <CloudOff aria-hidden className="size-6" />
      </span>
      <p className="text-lg font-semibold">{title}</p>
      <p className="max-w-sm text-base text-fg-2">{problemText(error)}</p>
      <div className="flex flex-wrap justify-center gap-2">
        {onRetry && (
          <Button icon={RefreshCw} onClick={onRetry}>
            {m.ui_try_again()}
          </Button>
        )}
        {action}
      </div>
      {problem?.request_id && (
        <p className="num text-xs text-fg-3">{m.ui_reference({ reference: problem.request_id })}</p>
      )}
    </div>
  )
}
