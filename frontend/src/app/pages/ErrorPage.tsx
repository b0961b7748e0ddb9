import { type ErrorComponentProps, useRouter } from '@tanstack/react-router'
import { hasCode, UNREACHABLE } from '@/api/problem'
import { ErrorState } from '@/components/ui/ErrorState'
import { PageHead } from '@/components/ui/PageHead'
import { m } from '@/paraglide/messages.js'

/** A page that could not be shown; the rest of the app keeps working. */
export function ErrorPage({ error, reset }: ErrorComponentProps) {
  const router = useRouter()
  const offline = hasCode(error, UNREACHABLE)
  return (
    <main className="flex flex-col gap-6 p-4 sm:p-8">
      <PageHead title={m.page_error_title()} />
      <ErrorState
        title={offline ? m.page_error_offline() : m.page_error_text()}
        error={error}
        onRetry={() => {
          reset()
          void router.invalidate()
        }}
      />
    </main>
  )
}
