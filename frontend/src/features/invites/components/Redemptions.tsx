import { useInfiniteQuery } from '@tanstack/react-query'
import { RotateCw } from 'lucide-react'
import { useRetryChange } from '@/api/changes'
import { useCan } from '@/api/session'
import { problemText } from '@/components/problem-text'
import { reasonText } from '@/components/reason-words'
import { Avatar } from '@/components/ui/Avatar'
import { Button } from '@/components/ui/Button'
import { CardSection } from '@/components/ui/Card'
import { Chip } from '@/components/ui/Chip'
import { ErrorState } from '@/components/ui/ErrorState'
import { LoadMore } from '@/components/ui/LoadMore'
import { RelativeTime } from '@/components/ui/RelativeTime'
import { ListSkeleton } from '@/components/ui/Skeleton'
import { toast } from '@/components/ui/Toast'
import { m } from '@/paraglide/messages.js'
import { type Redemption, redemptionsQuery } from '../queries'
import { REDEMPTION } from './words'

/** Everybody who came through a link, and how far. */
export function Redemptions({ inviteId }: { inviteId: string }) {
  const list = useInfiniteQuery(redemptionsQuery(inviteId))
  if (list.isPending) return <ListSkeleton rows={3} />
  return (
    <CardSection title={m.redemptions()} hint={m.redemptions_hint()} flush>
      {list.isLoadingError ? (
        <ErrorState
          title={m.redemptions_failed()}
          error={list.error}
          onRetry={() => void list.refetch()}
        />
      ) : list.data.rows.length === 0 ? (
        <p className="px-5 py-8 text-center text-fg-2">{m.redemptions_empty()}</p>
      ) : (
        <>
          <ul className="divide-y divide-line">
            {list.data.rows.map((redemption) => (
              <Row key={redemption.id} redemption={redemption} />
            ))}
          </ul>
          {list.hasNextPage && (
            <LoadMore
              shown={list.data.rows.length}
              total={list.data.total}
              totalIsMinimum={list.data.totalIsMinimum}
              hasMore
              loading={list.isFetchingNextPage}
              error={list.isFetchNextPageError ? list.error : null}
              onMore={() => void list.fetchNextPage()}
            />
          )}
        </>
      )}
    </CardSection>
  )
}

function Row({ redemption }: { redemption: Redemption }) {
  const can = useCan()
  const retry = useRetryChange()
  const change = redemption.retryable ? redemption.change_id : null
  const name = redemption.plex?.username ?? m.redemption_anonymous()
  const { label, tone } = REDEMPTION[redemption.state]
  return (
    <li className="flex flex-wrap items-center gap-3 px-4 py-3 sm:px-5">
      <Avatar name={name} src={redemption.plex?.thumb} />
      <div className="min-w-0 flex-1">
        <p className="truncate font-medium">
          <bdi>{name}</bdi>
        </p>
        {redemption.reason && <p className="text-sm text-fg-3">{reasonText(redemption.reason)}</p>}
      </div>
      <Chip tone={tone} dot>
        {label()}
      </Chip>
      <span className="text-sm text-fg-3">
        <RelativeTime value={redemption.created_at} />
      </span>
      {change && can('changes.retry') && (
        <Button
          size="sm"
          icon={RotateCw}
          busy={retry.isPending}
          aria-label={m.redemption_retry_for({ name })}
          onClick={() =>
            retry.mutate(change, {
              onSuccess: () => toast.ok(m.redemption_retried({ name })),
              onError: (error) => toast.error(m.redemption_retry_failed(), problemText(error)),
            })
          }
        >
          {m.redemption_retry()}
        </Button>
      )}
    </li>
  )
}
