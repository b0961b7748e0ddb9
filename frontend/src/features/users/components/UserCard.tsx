import type { User } from '../queries'
import { RowMenu } from './UserMenu'
import { Ends, Person, StateChips, TagChips } from './UserParts'
import { seesWords } from './words'

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
        <p className="truncate text-sm text-fg-3">
          <bdi>{seesWords(user.libraries, known)}</bdi> · <Ends user={user} />
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
