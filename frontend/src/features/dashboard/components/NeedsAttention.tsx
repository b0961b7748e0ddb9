import { CircleCheck, TriangleAlert } from 'lucide-react'
import { lazy, type ReactNode, Suspense } from 'react'
import { useRetryChange } from '@/api/changes'
import type { Schema } from '@/api/client'
import { useCan } from '@/api/session'
import { problemText } from '@/components/problem-text'
import { Button } from '@/components/ui/Button'
import { CardSection } from '@/components/ui/Card'
import { Chip } from '@/components/ui/Chip'
import { ButtonLink } from '@/components/ui/Link'
import { RelativeTime } from '@/components/ui/RelativeTime'
import { toast } from '@/components/ui/Toast'
import { m } from '@/paraglide/messages.js'
import { attentionName, attentionWords } from './attention-words'

// Rarely needed, and not small: it comes when somebody differs.
const Decide = lazy(() => import('./Decide'))

type Stats = Schema<'Stats'>

/** What waits for an admin. */
export function NeedsAttention({ stats }: { stats: Stats }) {
  const count = stats.attention.length + (stats.worker_running ? 0 : 1)
  return (
    <CardSection
      title={m.dashboard_needs_attention()}
      flush
      action={count > 0 && <Chip tone="warn">{count}</Chip>}
    >
      {count === 0 ? (
        <p className="flex items-center gap-2 px-5 py-4 text-sm text-fg-2">
          <CircleCheck aria-hidden className="size-4 shrink-0 text-ok" />
          {m.dashboard_nothing()}
        </p>
      ) : (
        <ul className="divide-y divide-line">
          {!stats.worker_running && (
            <Item title={m.dashboard_worker()}>{m.dashboard_worker_text()}</Item>
          )}
          {stats.attention.map((item) => (
            <Known key={`${item.kind} ${item.id}`} item={item} />
          ))}
        </ul>
      )}
    </CardSection>
  )
}

function Known({ item }: { item: Schema<'Attention'> }) {
  const can = useCan()
  const retry = useRetryChange()
  const { title, text, settings } = attentionWords(item)
  const name = attentionName(item)
  const job = item.kind === 'job_dead' ? item.id : null
  const change = item.kind === 'change_failed' && item.retryable ? item.id : null
  return (
    <Item
      title={title}
      action={
        change && can('changes.retry') ? (
          <Button
            size="sm"
            busy={retry.isPending}
            aria-label={m.attention_retry_for({ name })}
            onClick={() =>
              retry.mutate(change, {
                onSuccess: () => toast.ok(m.attention_retried({ name })),
                onError: (error) => toast.error(m.attention_retry_failed(), problemText(error)),
              })
            }
          >
            {m.attention_retry()}
          </Button>
        ) : item.kind === 'removals_held' && item.id ? (
          <ButtonLink
            to="/users/syncs/$syncId"
            params={{ syncId: item.id }}
            size="sm"
            aria-label={m.attention_look_at({ title })}
          >
            {m.attention_look()}
          </ButtonLink>
        ) : item.kind === 'purge_held' && can('users.purge') ? (
          <ButtonLink to="/users/purge" size="sm" aria-label={m.attention_look_at({ title })}>
            {m.attention_look()}
          </ButtonLink>
        ) : item.kind === 'access_drifted' && item.id && can('users.edit') ? (
          <Suspense>
            <Decide item={item} id={item.id} />
          </Suspense>
        ) : job && can('jobs.view') ? (
          <ButtonLink to="/jobs" search={{ job }} size="sm">
            {m.attention_show_job()}
          </ButtonLink>
        ) : (
          settings &&
          can('settings.plex') && (
            <ButtonLink to="/settings/plex" size="sm">
              {m.attention_settings()}
            </ButtonLink>
          )
        )
      }
    >
      {text}
      {item.at && (
        <>
          {' · '}
          <RelativeTime value={item.at} />
        </>
      )}
    </Item>
  )
}

interface ItemProps {
  title: string
  action?: ReactNode
  children: ReactNode
}

function Item({ title, action, children }: ItemProps) {
  return (
    <li className="flex items-start gap-3 px-4 py-3 sm:px-5">
      <span className="flex size-9 shrink-0 items-center justify-center rounded-tile bg-warn-soft text-warn">
        <TriangleAlert aria-hidden className="size-4.5" />
      </span>
      <div className="min-w-0 flex-1 text-sm">
        <p className="font-medium">
          <bdi>{title}</bdi>
        </p>
        <p className="text-fg-3">{children}</p>
      </div>
      {action}
    </li>
  )
}
