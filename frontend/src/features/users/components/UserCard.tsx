import { m } from '@/paraglide/messages.js'
import type { User } from '../queries'
import { RowMenu } from './UserMenu'
import { Ends, hasEnd, Person, Sees, StateChips, TagChips } from './UserParts'

interface UserCardProps {
  user: User
  known: { id: string; title: string }[] | undefined
  onOpen: (user: User) => void
}

/** One person as a card. */
export function UserCard({ user, known, onOpen }: UserCardProps) {
  return (
    // Below the menu there is room for the tick.
    <div className="flex min-h-20 items-start justify-between gap-2">
      <div className="flex min-w-0 flex-col gap-2">
        <Person user={user} onOpen={onOpen} />
        <div className="text-sm text-fg-3">
          <Sees user={user} known={known} />
          {hasEnd(user) && (
            <p className="truncate">
              {m.users_col_expires()}: <Ends user={user} />
            </p>
          )}
        </div>
        <div className="flex flex-wrap items-center gap-1.5">
          <StateChips user={user} />
          <TagChips user={{ tags: user.tags, home: false, managed: false }} />
        </div>
      </div>
      <RowMenu user={user} />
    </div>
  )
}
