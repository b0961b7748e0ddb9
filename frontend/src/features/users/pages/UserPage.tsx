import { useQuery } from '@tanstack/react-query'
import { Link, Outlet, useParams } from '@tanstack/react-router'
import { ChevronDown } from 'lucide-react'
import { useCan } from '@/api/session'
import { userQuery } from '@/api/user'
import { Avatar } from '@/components/ui/Avatar'
import { buttonClass } from '@/components/ui/button-style'
import { ErrorState } from '@/components/ui/ErrorState'
import { ButtonLink } from '@/components/ui/Link'
import { PageHead } from '@/components/ui/PageHead'
import { BlockSkeleton } from '@/components/ui/Skeleton'
import { m } from '@/paraglide/messages.js'
import { UserMenu } from '../components/UserMenu'
import { StateChips, TagChips } from '../components/UserParts'
import type { User } from '../queries'

/** One person: the head and the tabs; the tab itself comes from the address. */
export default function UserPage() {
  const { userId } = useParams({ from: '/shell/users/$userId' })
  const user = useQuery(userQuery(userId))
  if (user.isPending) return <BlockSkeleton lines={6} />
  if (user.isLoadingError)
    return (
      <ErrorState
        title={m.user_failed()}
        error={user.error}
        onRetry={() => void user.refetch()}
        action={<ButtonLink to="/users">{m.nav_users()}</ButtonLink>}
      />
    )
  return (
    <div className="flex flex-col gap-5">
      <div className="flex items-start gap-4">
        <Avatar name={user.data.username} src={user.data.thumb} size="lg" />
        <div className="min-w-0 flex-1">
          <PageHead
            title={user.data.username}
            status={
              <span className="flex flex-wrap items-center gap-1.5">
                <StateChips user={user.data} />
                <TagChips user={user.data} />
              </span>
            }
            actions={
              <UserMenu
                user={user.data}
                onProfile
                trigger={
                  <button type="button" className={buttonClass('secondary')}>
                    {m.list_actions()}
                    <ChevronDown aria-hidden className="size-4 text-fg-3" />
                  </button>
                }
              />
            }
          />
        </div>
      </div>
      <Tabs user={user.data} />
      <Outlet />
    </div>
  )
}

const TAB =
  'inline-flex h-10 items-center border-b-2 border-transparent px-1 text-sm font-medium text-fg-2 hover:text-fg aria-[current=page]:border-brand aria-[current=page]:text-fg touch:h-11'

function Tabs({ user }: { user: User }) {
  const can = useCan()
  const params = { userId: user.id }
  return (
    <nav aria-label={m.user_tabs()} className="flex gap-5 border-b border-line">
      <Link to="/users/$userId" params={params} activeOptions={{ exact: true }} className={TAB}>
        {m.user_overview()}
      </Link>
      {can('stream_history.view') && (
        <Link to="/users/$userId/streams" params={params} className={TAB}>
          {m.user_streams()}
        </Link>
      )}
      {can('history.view') && (
        <Link to="/users/$userId/history" params={params} className={TAB}>
          {m.nav_history()}
        </Link>
      )}
      {can('users.edit') && (
        <Link to="/users/$userId/edit" params={params} className={TAB}>
          {m.user_edit()}
        </Link>
      )}
    </nav>
  )
}
