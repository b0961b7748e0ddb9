import { MapPinOff } from 'lucide-react'
import { EmptyState } from '@/components/ui/EmptyState'
import { ButtonLink } from '@/components/ui/Link'
import { PageHead } from '@/components/ui/PageHead'
import { m } from '@/paraglide/messages.js'

/** An address that leads nowhere. */
export function NotFoundPage() {
  return (
    <main className="flex flex-col gap-6 p-4 sm:p-8">
      <PageHead title={m.page_not_found_title()} />
      <EmptyState
        icon={MapPinOff}
        title={m.page_not_found_text()}
        action={<ButtonLink to="/">{m.page_to_dashboard()}</ButtonLink>}
      />
    </main>
  )
}
