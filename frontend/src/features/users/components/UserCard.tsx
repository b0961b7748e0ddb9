import { m } from '@/paraglide/messages.js'
import type { User } from '../queries'
import { RowMenu } from './UserMenu'
import { Ends, Person, Sees, StateChips, TagChips } from './UserParts'

interface UserCardProps {
  user: User
  known: { id: string; title: string }[] | undefined
  onOpen: (user: User) => void
}

/** One person as a card. */
export function UserCard({ user, known, onOpen }: UserCardProps) {
  return (
    <div className="flex items-start justify-between gap-2">
      <div className="flex min-w-0 flex-col gap-2">
        <Person user={user} onOpen={onOpen} />
        <div className="text-sm text-fg-3">
          <Sees user={user} known={known} />
        </div>
        <p className="truncate text-sm text-fg-3">
          {m.users_col_expires()}: <Ends user={user} />
        </p>
        <div className="flex flex-wrap items-center gap-1.5">
          <StateChips user={user} />
          <TagChips user={{ tags: user.tags, home: false, managed: false }} />
        </div>
      </div>
      <RowMenu user={user} />
    </div>
  )
}
