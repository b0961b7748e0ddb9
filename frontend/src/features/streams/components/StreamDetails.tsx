import type { ReactNode } from 'react'
import type { Stream } from '@/api/streams'
import {
  channelsName,
  conversionText,
  formatName,
  locationName,
  partText,
  playerKind,
} from '@/components/stream-words'
import { Chip } from '@/components/ui/Chip'
import { RelativeTime } from '@/components/ui/RelativeTime'
import { number } from '@/lib/format'
import { m } from '@/paraglide/messages.js'
import { PlaceButton } from './Place'

/** What the server does to a stream, part by part, and where it goes. */
export function StreamDetails({ stream }: { stream: Stream }) {
  const { video, audio, subtitle, container, transcode, transcode_reason } = stream
  const where = [locationName(stream.location), stream.address].filter((part) => part != null)
  const player = playerKind(stream.player)
  return (
    <div className="mt-3 border-t border-line/70 pt-3">
      {stream.stop_requested_at && (
        <p className="pb-2">
          <Chip tone="warn" dot>
            {m.stream_stopping()}
          </Chip>
        </p>
      )}
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 text-xs">
        <Row name={m.stream_detail_video()}>
          <Change {...video} extra={transcode?.hardware ?? undefined} />
        </Row>
        <Row name={m.stream_detail_audio()}>
          <Change {...audio} />
          <Named {...audio} />
        </Row>
        {subtitle && (
          <Row name={m.stream_detail_subtitle()}>
            <Change {...subtitle} />
            <Named {...subtitle} />
          </Row>
        )}
        <Row name={m.stream_detail_container()}>
          <Change {...container} />
        </Row>
        {transcode_reason && (
          <Row name={m.stream_detail_why()}>{conversionText(transcode_reason)}</Row>
        )}
        {transcode && <Row name={m.stream_detail_speed()}>{speed(transcode)}</Row>}
        {where.length > 0 && (
          <Row name={m.stream_detail_where()}>
            <span className="flex flex-wrap items-center gap-x-1">
              {where.join(' · ')}
              <PlaceButton stream={stream} />
            </span>
          </Row>
        )}
        {player && (
          <Row name={m.stream_detail_player()}>
            <bdi>{player}</bdi>
          </Row>
        )}
        {stream.library?.title && (
          <Row name={m.stream_detail_library()}>
            <bdi>{stream.library.title}</bdi>
          </Row>
        )}
        <Row name={m.stream_detail_started()}>
          <RelativeTime value={stream.started_at} />
        </Row>
      </dl>
    </div>
  )
}

function Row({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-fg-3">{name}</dt>
      <dd className="num min-w-0 break-words text-fg-2">{children}</dd>
    </>
  )
}

interface ChangeProps {
  from?: string | null
  to?: string | null
  decision?: string | null
  extra?: string | undefined
}

/** "HEVC → H264 · converted (vaapi)", or what it stays. */
function Change({ from, to, decision, extra }: ChangeProps) {
  const [before, after] = [formatName(from), formatName(to)]
  const what =
    before && after && before !== after
      ? m.stream_from_to({ from: before, to: after })
      : (before ?? after)
  const how = partText(decision)
  const parts = [what, how && (extra ? `${how} (${extra})` : how)].filter(Boolean)
  return parts.length > 0 ? parts.join(' · ') : '–'
}

interface NamedProps {
  language?: string | null
  title?: string | null
  channels?: number | null
}

/** " · English · 5.1": what is heard or read, which its format does not tell. */
function Named({ language, title, channels }: NamedProps) {
  const what = language ?? title
  const parts = [what, channelsName(channels)].filter((part) => part != null)
  if (parts.length === 0) return null
  return (
    <span title={title ?? undefined}>
      {' · '}
      <bdi>{parts.join(' · ')}</bdi>
    </span>
  )
}

function speed({ speed, throttled }: NonNullable<Stream['transcode']>): string {
  if (speed == null) return throttled ? m.stream_throttled() : '–'
  const words = { speed: number(Math.round(speed * 10) / 10) }
  return throttled ? m.stream_speed_throttled(words) : m.stream_speed(words)
}
