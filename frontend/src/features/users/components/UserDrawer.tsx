import { useQuery } from '@tanstack/react-query'
import { ChevronDown } from 'lucide-react'
import type { ReactNode } from 'react'
import { useCan } from '@/api/session'
import { userQuery } from '@/api/user'
import { Avatar } from '@/components/ui/Avatar'
import { buttonClass } from '@/components/ui/button-style'
import { Drawer } from '@/components/ui/Drawer'
import { ErrorState } from '@/components/ui/ErrorState'
import { ButtonLink } from '@/components/ui/Link'
import { Bone, Skeleton } from '@/components/ui/Skeleton'
import { m } from '@/paraglide/messages.js'
import type { User } from '../queries'
import { AccessPanel } from './AccessPanel'
import { About, Flags, Time, Watched } from './Profile'
import { UserMenu } from './UserMenu'
import { StateChips, TagChips } from './UserParts'

interface UserDrawerProps {
  id: string
  open: boolean
  onClose: () => void
}

/** One person beside the list; the address names them. */
export default function UserDrawer({ id, open, onClose }: UserDrawerProps) {
  const user = useQuery(userQuery(id))
  const can = useCan()
  const params = { userId: id }
  return (
    <Drawer
      open={open}
      onClose={onClose}
      title={
        user.data ? (
          <span className="flex items-center gap-3">
            <Avatar name={user.data.username} src={user.data.thumb} size="lg" />
            <span className="min-w-0">
              <bdi className="block truncate">{user.data.username}</bdi>
              {user.data.email && (
                <span className="block truncate text-sm font-normal text-fg-2">
                  {user.data.email}
                </span>
              )}
            </span>
          </span>
        ) : (
          m.nav_users()
        )
      }
      footer={
        user.data && (
          <>
            <UserMenu
              user={user.data}
              trigger={
                <button type="button" className={buttonClass('secondary')}>
                  {m.list_actions()}
                  <ChevronDown aria-hidden className="size-4 text-fg-3" />
                </button>
              }
            />
            {can('users.edit') && (
              <ButtonLink to="/users/$userId/edit" params={params}>
                {m.user_edit()}
              </ButtonLink>
            )}
            <ButtonLink to="/users/$userId" params={params} variant="primary">
              {m.user_profile()}
            </ButtonLink>
          </>
        )
      }
    >
      {user.isPending ? (
        <Skeleton className="flex flex-col gap-4">
          <Bone className="h-5 w-32" />
          <Bone className="h-20 w-full" />
          <Bone className="h-32 w-full" />
        </Skeleton>
      ) : user.isLoadingError ? (
        <ErrorState
          title={m.user_failed()}
          error={user.error}
          onRetry={() => void user.refetch()}
        />
      ) : (
        <Details user={user.data} />
      )}
    </Drawer>
  )
}

function Details({ user }: { user: User }) {
  return (
    <div className="flex flex-col gap-6">
      <div className="flex flex-wrap items-center gap-1.5">
        <StateChips user={user} />
        <TagChips user={user} />
      </div>
      <Watched user={user} />
      <Part title={m.user_access()}>
        <AccessPanel user={user} />
      </Part>
      <Part title={m.user_time()}>
        <Time user={user} />
      </Part>
      <Part title={m.user_about()}>
        <About user={user} />
      </Part>
      {user.notes && (
        <Part title={m.user_notes()}>
          <p className="text-base whitespace-pre-wrap">{user.notes}</p>
        </Part>
      )}
      <Part title={m.user_flags()}>
        <Flags user={user} />
      </Part>
    </div>
  )
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="flex flex-col gap-3">
      <h3 className="text-base font-semibold">{title}</h3>
      {children}
    </section>
  )
}
