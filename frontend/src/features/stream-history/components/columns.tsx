import {
  conversionText,
  decisionChip,
  endName,
  locationName,
  playerKind,
  playerName,
  qualityLine,
  workLine,
  workTitle,
} from '@/components/stream-words'
import { Chip } from '@/components/ui/Chip'
import type { Column } from '@/components/ui/DataTable'
import { Link } from '@/components/ui/Link'
import { Poster } from '@/components/ui/Poster'
import { RelativeTime } from '@/components/ui/RelativeTime'
import { span } from '@/lib/format'
import { m } from '@/paraglide/messages.js'
import type { PastStream } from '../queries'

interface Shown {
  /** All of the list is of one person. */
  ofPerson: boolean
  /** People lead to their profile. */
  linked: boolean
}

export function pastColumns({ ofPerson, linked }: Shown): Column<PastStream>[] {
  return [
    {
      id: 'what',
      header: m.stream_col_what(),
      cell: (stream) => <What stream={stream} />,
    },
    ...(ofPerson
      ? []
      : [
          {
            id: 'who',
            header: m.stream_col_who(),
            width: 150,
            cell: (stream: PastStream) => <Who stream={stream} linked={linked} />,
          },
        ]),
    {
      id: 'player',
      header: m.stream_detail_player(),
      width: 200,
      cell: (stream) => <Device stream={stream} />,
    },
    {
      id: 'how',
      header: m.stream_col_how(),
      width: 168,
      cell: (stream) => <How stream={stream} />,
    },
    {
      id: 'watched',
      header: m.stream_col_watched(),
      align: 'end',
      width: 184,
      cell: (stream) => <Watched stream={stream} />,
    },
    {
      id: 'when',
      header: m.stream_col_when(),
      align: 'end',
      width: 128,
      cell: ({ started_at }) => <RelativeTime value={started_at} />,
    },
  ]
}

/** The same on a narrow screen. */
export function StreamRowCard({ stream, ofPerson, linked }: Shown & { stream: PastStream }) {
  return (
    <div className="flex flex-col gap-2.5 text-sm text-fg-2">
      <What stream={stream} />
      <div className="flex flex-wrap items-baseline justify-between gap-x-3 gap-y-1">
        {!ofPerson && <Who stream={stream} linked={linked} />}
        <span className="text-fg-3">
          <RelativeTime value={stream.started_at} />
        </span>
      </div>
      <div className="grid grid-cols-2 gap-3">
        <Device stream={stream} />
        <div className="flex flex-col items-start gap-1">
          <How stream={stream} />
        </div>
      </div>
      <Watched stream={stream} />
    </div>
  )
}

function What({ stream }: { stream: PastStream }) {
  const title = workTitle(stream)
  return (
    <div className="flex min-w-0 items-center gap-3">
      <Poster title={title} src={stream.thumb} size="sm" />
      <div className="min-w-0">
        <p className="truncate font-medium text-fg">
          <bdi>{title}</bdi>
        </p>
        <p className="truncate text-xs text-fg-3">
          <bdi>{workLine(stream)}</bdi>
          {stream.library?.title && (
            <>
              {' · '}
              <bdi>{stream.library.title}</bdi>
            </>
          )}
        </p>
      </div>
    </div>
  )
}

function Who({ stream: { user, viewer_name }, linked }: { stream: PastStream; linked: boolean }) {
  const name = user?.username || viewer_name || m.stream_nobody()
  if (!user || !linked) return <bdi>{name}</bdi>
  return (
    <Link to="/users/$userId/streams" params={{ userId: user.id }} className="break-words text-fg">
      <bdi>{name}</bdi>
    </Link>
  )
}

/** What it was watched with; the name narrows the list to it. */
function Device({ stream }: { stream: PastStream }) {
  const { player, player_name, location, address } = stream
  const more = [playerKind(player), locationName(location), address].filter(Boolean)
  if (!player_name && more.length === 0) return '–'
  return (
    <div className="min-w-0">
      {player_name ? (
        <Link
          to="."
          search={(before) => ({ ...before, player: player_name })}
          title={m.stream_only_player({ player: player_name })}
          className="block truncate font-normal text-fg-2"
        >
          <bdi>{playerName(player)}</bdi>
        </Link>
      ) : (
        <p className="truncate">{playerName(player)}</p>
      )}
      {more.length > 0 && <p className="num text-xs break-words text-fg-3">{more.join(' · ')}</p>}
    </div>
  )
}

function How({ stream: { decision, quality, transcode_reason, source } }: { stream: PastStream }) {
  if (source === 'imported')
    return <span className="text-xs text-fg-3">{m.stream_source_imported()}</span>
  const chip = decisionChip(decision)
  const line = [qualityLine(quality), transcode_reason && conversionText(transcode_reason)]
    .filter(Boolean)
    .join(' · ')
  return (
    <div className="flex min-w-0 flex-col items-start gap-1">
      {chip && <Chip tone={chip.tone}>{chip.label}</Chip>}
      {line && <span className="text-xs text-fg-3">{line}</span>}
    </div>
  )
}

/** How long, of how much, and how it ended. */
function Watched({ stream }: { stream: PastStream }) {
  const { watched_seconds: watched, duration_seconds: all, end_reason } = stream
  const end = endName(end_reason)
  return (
    <div>
      <p>
        {watched == null
          ? m.stream_time_unknown()
          : all
            ? m.stream_watched_of({ watched: span(watched), all: span(all) })
            : span(watched)}
      </p>
      {end && <p className="text-xs text-fg-3">{end}</p>}
    </div>
  )
}
