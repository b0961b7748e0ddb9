import { ArrowRight } from 'lucide-react'
import type { Schema } from '@/api/client'
import { Avatar } from '@/components/ui/Avatar'
import { CardSection } from '@/components/ui/Card'
import { ButtonLink, Link } from '@/components/ui/Link'
import { EndTime } from '@/components/ui/RelativeTime'
import { m } from '@/paraglide/messages.js'

// What the figures count as soon.
const SOON_DAYS = 7

/** Whose access ends within a week; nothing while nobody's does. */
export function ExpiringSoon({ expiring }: { expiring: Schema<'ExpiringSoon'> }) {
  if (expiring.total === 0) return null
  return (
    <CardSection
      title={m.dashboard_expiring()}
      flush
      action={
        <ButtonLink
          to="/users"
          search={{ expiring_days: SOON_DAYS, sort: 'expires' }}
          variant="ghost"
          size="sm"
        >
          {m.dashboard_expiring_all({ count: expiring.total })}
          <ArrowRight aria-hidden className="size-4" />
        </ButtonLink>
      }
    >
      <ul className="divide-y divide-line">
        {expiring.items.map((user) => (
          <li key={user.id} className="flex items-center gap-3 px-4 py-3 text-sm sm:px-5">
            <Avatar name={user.username} size="sm" />
            <Link
              to="/users/$userId"
              params={{ userId: user.id }}
              className="min-w-0 flex-1 truncate text-fg"
            >
              <bdi>{user.username}</bdi>
            </Link>
            <span className="text-xs text-fg-3">
              <EndTime value={user.access_expires_at} />
            </span>
          </li>
        ))}
      </ul>
    </CardSection>
  )
}
