import type { ReactNode } from 'react'
import { m } from '@/paraglide/messages.js'
import { removedText } from './fact-words'
import { CardSection } from './ui/Card'
import { Link } from './ui/Link'
import { LoadMore } from './ui/LoadMore'

interface HeldListProps {
  /** The people that are loaded. */
  people: { user_id: string; name: string; reason: string }[]
  total: number
  /** Whether they can be opened, and more of them be loaded. */
  linked: boolean
  hasMore: boolean
  loading: boolean
  error: Error | null
  onMore: () => void
  /** The button that confirms their removal. */
  action: ReactNode
  children?: ReactNode
}

/** Exactly the people whose removal waits for an admin. */
export function HeldList(props: HeldListProps) {
  const { people, total, linked, hasMore, loading, error, onMore, action, children } = props
  return (
    <CardSection title={m.held_people()} flush action={action}>
      <ul aria-label={m.held_people()} className="divide-y divide-line">
        {people.map(({ user_id, name, reason }) => (
          <li key={user_id} className="flex flex-wrap gap-x-3 px-4 py-2.5 text-sm sm:px-5">
            {linked ? (
              <Link to="/users/$userId" params={{ userId: user_id }} className="text-fg">
                <bdi>{name}</bdi>
              </Link>
            ) : (
              <bdi>{name}</bdi>
            )}
            <span className="text-fg-3">{removedText(reason) ?? reason}</span>
          </li>
        ))}
        {!linked && total > people.length && (
          <li className="px-4 py-2.5 text-sm text-fg-3 sm:px-5">
            {m.held_more({ count: total - people.length })}
          </li>
        )}
      </ul>
      {hasMore && (
        <div className="border-t border-line">
          <LoadMore
            shown={people.length}
            total={total}
            totalIsMinimum={false}
            hasMore
            loading={loading}
            error={error}
            onMore={onMore}
          />
        </div>
      )}
      {children}
    </CardSection>
  )
}
