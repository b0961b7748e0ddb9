import { useQuery } from '@tanstack/react-query'
import { clsx } from 'clsx'
import { statsQuery } from '@/api/stats'
import { initials } from '@/lib/seed'
import { m } from '@/paraglide/messages.js'

/** The Plex server and how it is. */
export function ServerBadge() {
  const { data } = useQuery(statsQuery)
  const server = data?.server
  const online = server?.state === 'online'
  const name = server?.name ?? m.nav_server()
  return (
    <div className="flex h-14 items-center gap-3 rounded-tile border border-line bg-sunken px-3">
      <span className="relative flex size-8 shrink-0 items-center justify-center rounded-control bg-fg text-xs font-semibold text-surface">
        <span aria-hidden>{initials(name)}</span>
        {server && (
          <span
            aria-hidden
            className={clsx(
              'absolute -inset-e-1 -bottom-1 size-2.5 rounded-full border-2 border-sunken box-content',
              online ? 'bg-ok' : 'bg-bad',
            )}
          />
        )}
      </span>
      <span className="min-w-0">
        <span className="block truncate text-sm font-medium">
          <bdi>{name}</bdi>
        </span>
        {server && (
          <span className={clsx('block text-xs', online ? 'text-fg-3' : 'text-bad')}>
            {online ? m.nav_server_online() : m.nav_server_trouble()}
          </span>
        )}
      </span>
    </div>
  )
}
