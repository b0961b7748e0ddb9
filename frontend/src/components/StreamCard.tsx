import { Pause, Play } from 'lucide-react'
import type { ReactNode } from 'react'
import { bitRate, span } from '@/lib/format'
import { m } from '@/paraglide/messages.js'
import { positionNow } from './playhead'
import {
  decisionChip,
  type Player,
  playerIcon,
  playerName,
  qualityLine,
  type Work,
  workLine,
  workTitle,
} from './stream-words'
import { Avatar } from './ui/Avatar'
import { Chip } from './ui/Chip'
import { Poster, PosterWash } from './ui/Poster'
import { RelativeTime } from './ui/RelativeTime'
import { useClock } from './ui/use-clock'

/** A stream that goes on, as far as its card shows it. */
interface Playing extends Work {
  user?: { username: string; thumb?: string | null } | null
  viewer_name?: string | null
  state: string
  thumb?: string | null
  player: Player
  quality: { source?: string | null; stream?: string | null }
  decision?: string | null
  bandwidth_kbps?: number | null
  seen_at: string
  position_seconds?: number | null
  duration_seconds?: number | null
}

interface StreamCardProps {
  stream: Playing
  /** When this page was told of it. */
  fetchedAt: number
  /** The person, as the page wants to link them. */
  person?: ReactNode
  /** What can be done with it. */
  menu?: ReactNode
  /** What else is known of it, below the rest. */
  children?: ReactNode
}

/** Who watches what on which device, and how it gets there. Fills what it stands in, edge to edge. */
export function StreamCard({ stream, fetchedAt, person, menu, children }: StreamCardProps) {
  const { user, thumb, player, quality, decision, bandwidth_kbps: rate } = stream
  const title = workTitle(stream)
  const name = viewerName(stream)
  const chip = decisionChip(decision)
  const Device = playerIcon(player)
  return (
    <>
      <PosterWash title={title} src={thumb} />
      <div className="relative flex gap-3.5">
        <Poster title={title} src={thumb} />
        <div className="flex min-w-0 flex-1 flex-col gap-1.5 text-sm">
          <div className="flex items-start justify-between gap-2">
            <div className="min-w-0">
              <p className="truncate text-base font-semibold">
                <bdi>{title}</bdi>
              </p>
              <p className="truncate text-fg-2">
                <bdi>{workLine(stream)}</bdi>
              </p>
            </div>
            {menu && <div className="-me-1.5 -mt-1.5 shrink-0">{menu}</div>}
          </div>
          <p className="flex min-w-0 flex-wrap items-center gap-x-4 gap-y-1.5">
            <span className="flex min-w-0 items-center gap-2">
              <Avatar name={name} src={user?.thumb} size="xs" />
              <span className="truncate font-medium">{person ?? <bdi>{name}</bdi>}</span>
            </span>
            <span className="flex min-w-0 items-center gap-1.5 text-fg-2">
              <Device aria-hidden className="size-3.5 shrink-0 text-fg-3" />
              <span className="truncate">
                <bdi>{playerName(player)}</bdi>
              </span>
            </span>
          </p>
          <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
            {chip && <Chip tone={chip.tone}>{chip.label}</Chip>}
            <span className="text-fg-2">{qualityLine(quality)}</span>
            {rate != null && <span className="num ms-auto text-fg-3">{bitRate(rate)}</span>}
          </p>
          <Playhead stream={stream} title={title} fetchedAt={fetchedAt} />
        </div>
      </div>
      {children && <div className="relative">{children}</div>}
    </>
  )
}

/** What the person is called, with or without a user of PUM behind them. */
export const viewerName = ({ user, viewer_name }: Pick<Playing, 'user' | 'viewer_name'>) =>
  user?.username || viewer_name || m.stream_nobody()

/** How far it has come. The only part of a card that moves with the clock. */
function Playhead({
  stream,
  title,
  fetchedAt,
}: {
  stream: Playing
  title: string
  fetchedAt: number
}) {
  const position = positionNow(stream, fetchedAt, useClock())
  const { state, duration_seconds: duration, seen_at } = stream
  const playing = state === 'playing'
  const Icon = playing ? Play : Pause
  const label =
    state === 'paused'
      ? m.stream_paused()
      : state === 'buffering'
        ? m.stream_buffering()
        : m.stream_playing()
  return (
    <div className="mt-auto flex items-center gap-2.5 text-xs text-fg-3">
      <Icon aria-hidden className="size-3.5 shrink-0 fill-current" />
      <span className="sr-only">{label}</span>
      {position !== null && duration ? (
        <progress
          aria-label={m.stream_progress({ title })}
          value={position}
          max={duration}
          className={playing ? 'bar' : 'bar still'}
        />
      ) : (
        <span className="flex-1" />
      )}
      <span className="num shrink-0">
        {!playing ? (
          <>
            {label} <RelativeTime value={seen_at} />
          </>
        ) : position !== null && duration ? (
          m.stream_left({ time: span(duration - position) })
        ) : (
          label
        )}
      </span>
    </div>
  )
}
