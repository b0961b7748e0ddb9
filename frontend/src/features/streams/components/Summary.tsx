import type { Streams } from '@/api/streams'
import { StatCard } from '@/components/ui/StatCard'
import { bitRate, number } from '@/lib/format'
import { m } from '@/paraglide/messages.js'

/** All streams together: how many, what the server does to them, what they take. */
export function Summary({ summary }: { summary: Streams['summary'] }) {
  const { count, playing, paused, direct_play, direct_stream, transcode } = summary
  return (
    <div className="grid grid-cols-2 gap-3 sm:gap-4 lg:grid-cols-4">
      <StatCard
        label={m.streams_count()}
        value={number(count)}
        hint={m.streams_playing_paused({ playing: number(playing), paused: number(paused) })}
      />
      <StatCard
        label={m.streams_direct()}
        value={number(direct_play + direct_stream)}
        hint={m.streams_direct_hint({ play: number(direct_play), stream: number(direct_stream) })}
      />
      <StatCard
        label={m.streams_transcode()}
        value={number(transcode)}
        hint={transcode > 0 ? m.streams_transcode_some() : m.streams_transcode_none()}
      />
      <StatCard
        label={m.streams_bandwidth()}
        value={bitRate(summary.bandwidth_kbps)}
        hint={m.streams_bandwidth_hint({
          lan: bitRate(summary.lan_kbps),
          wan: bitRate(summary.wan_kbps),
        })}
      />
    </div>
  )
}
