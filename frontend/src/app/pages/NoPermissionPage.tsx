import { Lock } from 'lucide-react'
import type { Permission } from '@/api/session'
import { EmptyState } from '@/components/ui/EmptyState'
import { ButtonLink } from '@/components/ui/Link'
import { PageHead } from '@/components/ui/PageHead'
import { m } from '@/paraglide/messages.js'

/** A direct link to a page that this admin may not see. */
export function NoPermissionPage({ permission }: { permission: Permission }) {
  return (
    <div className="flex flex-col gap-6">
      <PageHead title={m.page_no_permission_title()} />
      <EmptyState
        icon={Lock}
        title={m.page_no_permission_needed({ permission })}
        action={<ButtonLink to="/">{m.page_to_dashboard()}</ButtonLink>}
      >
        {m.page_no_permission_text()}
      </EmptyState>
    </div>
  )
}
