import { useInfiniteQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { History } from 'lucide-react'
import { EventLine } from '@/components/EventLine'
import { CardSection } from '@/components/ui/Card'
import { ErrorState } from '@/components/ui/ErrorState'
import { ButtonLink } from '@/components/ui/Link'
import { LoadMore } from '@/components/ui/LoadMore'
import { ListSkeleton } from '@/components/ui/Skeleton'
import { m } from '@/paraglide/messages.js'
import { userEventsQuery } from '../queries'

/** What has happened to one person. */
export default function UserHistory() {
  const { userId } = useParams({ from: '/shell/users/$userId' })
  const list = useInfiniteQuery(userEventsQuery(userId))
  if (list.isPending) return <ListSkeleton rows={5} />
  if (list.isLoadingError)
    return (
      <ErrorState
        title={m.history_failed()}
        error={list.error}
        onRetry={() => void list.refetch()}
      />
    )
  const { rows, total, totalIsMinimum } = list.data
  return (
    <CardSection
      title={m.nav_history()}
      flush
      action={
        <ButtonLink to="/history" search={{ user_id: userId }} icon={History} size="sm">
          {m.user_history_details()}
        </ButtonLink>
      }
    >
      {rows.length === 0 ? (
        <p className="px-5 py-8 text-center text-fg-2">{m.history_empty()}</p>
      ) : (
        <ul className="divide-y divide-line">
          {rows.map((event) => (
            <EventLine key={event.id} event={event} bare />
          ))}
        </ul>
      )}
      {list.hasNextPage && (
        <LoadMore
          shown={rows.length}
          total={total}
          totalIsMinimum={totalIsMinimum}
          hasMore
          loading={list.isFetchingNextPage}
          error={list.isFetchNextPageError ? list.error : null}
          onMore={() => void list.fetchNextPage()}
        />
      )}
    </CardSection>
  )
}
