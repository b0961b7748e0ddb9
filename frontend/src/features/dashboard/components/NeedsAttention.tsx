import { CircleCheck, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Schema } from '@/api/client'
import { CardSection } from '@/components/ui/Card'
import { Chip } from '@/components/ui/Chip'
import { RelativeTime } from '@/components/ui/RelativeTime'
import { m } from '@/paraglide/messages.js'

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
            <Item key={`${item.kind} ${item.id}`} title={item.name ?? item.kind}>
              {item.detail}
              {item.at && (
                <>
                  {' '}
                  · <RelativeTime value={item.at} />
                </>
              )}
            </Item>
          ))}
        </ul>
      )}
    </CardSection>
  )
}

function Item({ title, children }: { title: string; children: ReactNode }) {
  return (
    <li className="flex items-start gap-3 px-4 py-3 sm:px-5">
      <span className="flex size-9 shrink-0 items-center justify-center rounded-tile bg-warn-soft text-warn">
        <TriangleAlert aria-hidden className="size-4.5" />
      </span>
      <div className="min-w-0 text-sm">
        <p className="font-medium">
          <bdi>{title}</bdi>
        </p>
        <p className="text-fg-3">{children}</p>
      </div>
    </li>
  )
}
