import { useNavigate } from '@tanstack/react-router'
import { CircleStop, Ellipsis, History, UserRound } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useCan } from '@/api/session'
import type { Stream } from '@/api/streams'
import { viewerName } from '@/components/StreamCard'
import { workTitle } from '@/components/stream-words'
import { IconButton } from '@/components/ui/IconButton'
import { Menu, MenuItem, MenuSeparator } from '@/components/ui/Menu'
import { m } from '@/paraglide/messages.js'

const StopDialog = lazy(() => import('./StopDialog'))

/** What can be done with a stream. Made when it is asked for: a menu costs more than its card. */
export function StreamMenu({ stream }: { stream: Stream }) {
  const [wanted, setWanted] = useState(false)
  const [stopping, setStopping] = useState(false)
  const label = m.stream_actions({ title: workTitle(stream), name: viewerName(stream) })
  return (
    <>
      {wanted ? (
        <Items
          stream={stream}
          label={label}
          onStop={() => {
            setStopping(true)
          }}
        />
      ) : (
        <IconButton
          icon={Ellipsis}
          label={label}
          aria-haspopup="menu"
          aria-expanded={false}
          onClick={() => setWanted(true)}
        />
      )}
      {stopping && (
        <Suspense>
          <StopDialog stream={stream} onClose={() => setStopping(false)} />
        </Suspense>
      )}
    </>
  )
}

/** Why it cannot be stopped; undefined when it can. */
function stays({ can_stop, cannot_stop_reason, stop_requested_at }: Stream): string | undefined {
  if (stop_requested_at) return m.stream_stop_asked()
  if (can_stop) return undefined
  return cannot_stop_reason === 'plex_pass_missing'
    ? m.stream_stop_no_pass()
    : m.stream_stop_no_session()
}

interface ItemsProps {
  stream: Stream
  label: string
  onStop: () => void
}

function Items({ stream, label, onStop }: ItemsProps) {
  const can = useCan()
  const navigate = useNavigate()
  const { user } = stream
  const reason = stays(stream)
  const name = viewerName(stream)
  return (
    <Menu startsOpen trigger={<IconButton icon={Ellipsis} label={label} />}>
      {user && can('users.view') && (
        <MenuItem
          icon={UserRound}
          onSelect={() => void navigate({ to: '/users/$userId', params: { userId: user.id } })}
        >
          {m.stream_profile({ name })}
        </MenuItem>
      )}
      {user && can('stream_history.view') && (
        <MenuItem
          icon={History}
          onSelect={() => void navigate({ to: '/streams/history', search: { user_id: user.id } })}
        >
          {m.stream_history_of({ name })}
        </MenuItem>
      )}
      {can('streams.stop') && (
        <>
          {user && <MenuSeparator />}
          <MenuItem
            icon={CircleStop}
            danger
            disabled={reason !== undefined}
            hint={reason}
            onSelect={onStop}
          >
            {m.stream_stop()}
          </MenuItem>
        </>
      )}
    </Menu>
  )
}
