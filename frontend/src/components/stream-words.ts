// Streams in words: what is watched, on what, and what the server does to it.
import { Laptop, type LucideIcon, MonitorPlay, Smartphone, Tablet, Tv } from 'lucide-react'
import { m } from '@/paraglide/messages.js'
import type { Tone } from './ui/Chip'

type Words = Record<string, () => string>
type Text = string | null | undefined

export interface Work {
  kind: string
  title: string
  show_title?: Text
  season_title?: Text
  season_number?: number | null
  episode_number?: number | null
  year?: number | null
}

export interface Player {
  title?: Text
  product?: Text
  platform?: Text
  device?: Text
}

const KINDS: Words = {
  movie: m.stream_kind_movie,
  episode: m.stream_kind_episode,
  track: m.stream_kind_track,
  photo: m.stream_kind_photo,
  clip: m.stream_kind_clip,
  live: m.stream_kind_live,
  other: m.stream_kind_other,
}

const DECISIONS: Record<string, { label: () => string; tone: Tone }> = {
  direct_play: { label: m.stream_direct_play, tone: 'ok' },
  direct_stream: { label: m.stream_direct_stream, tone: 'info' },
  transcode: { label: m.stream_transcode, tone: 'warn' },
}

const LOCATIONS: Words = {
  lan: m.stream_location_lan,
  wan: m.stream_location_wan,
  cellular: m.stream_location_cellular,
}

const PARTS: Words = {
  copy: m.stream_part_copy,
  transcode: m.stream_part_transcode,
  burn: m.stream_part_burn,
}

const CONVERSIONS: Words = {
  subtitles: m.stream_why_subtitles,
  quality: m.stream_why_quality,
  video_codec: m.stream_why_video_codec,
  bandwidth: m.stream_why_bandwidth,
  audio_codec: m.stream_why_audio_codec,
  container: m.stream_why_container,
}

const ENDS: Words = {
  finished: m.stream_end_finished,
  stopped: m.stream_end_stopped,
  lost: m.stream_end_lost,
  stopped_by_admin: m.stream_end_by_admin,
  stopped_by_rule: m.stream_end_by_rule,
}

export const STREAM_KINDS = Object.keys(KINDS)

/** "Film"; a kind that this page does not know yet keeps its own name. */
export const kindName = (kind: string): string => KINDS[kind]?.() ?? kind

/** What the server does to a stream; undefined where that is not known. */
export function decisionChip(decision: Text): { label: string; tone: Tone } | undefined {
  const known = decision ? DECISIONS[decision] : undefined
  return known && { label: known.label(), tone: known.tone }
}

export const locationName = (location: Text): string | undefined =>
  location ? (LOCATIONS[location]?.() ?? location) : undefined

/** What happens to one part of a stream. */
export const partText = (decision: Text): string | undefined =>
  decision ? (PARTS[decision]?.() ?? decision) : undefined

/** Why a stream does not go out as it is. */
export const conversionText = (reason: string): string => CONVERSIONS[reason]?.() ?? reason

/** "HEVC": a format by its name as people write it. */
export const formatName = (format: Text): string | undefined =>
  format ? format.toUpperCase() : undefined

const LAYOUTS: Record<number, () => string> = {
  1: m.stream_mono,
  2: m.stream_stereo,
  6: () => '5.1',
  8: () => '7.1',
}

/** "Stereo" or "5.1": for how many loudspeakers the sound is. */
export const channelsName = (channels: number | null | undefined): string | undefined =>
  channels ? (LAYOUTS[channels]?.() ?? m.stream_channels({ number: channels })) : undefined

export const endName = (reason: Text): string | undefined =>
  reason ? (ENDS[reason]?.() ?? reason) : undefined

/** The name that people know it by: the show's rather than the episode's. */
export const workTitle = ({ show_title, title }: Work): string => show_title || title

/** What stands below that name: "S2 · E7, Low Tide", "2025 · Film", "Album · Song". */
export function workLine(work: Work): string {
  const { kind, title, show_title, season_title, season_number, episode_number, year } = work
  if (kind === 'track' && show_title) return join(' · ', season_title, title)
  if (kind === 'episode' && show_title) {
    const season = season_number == null ? season_title : m.stream_season({ number: season_number })
    const episode = episode_number == null ? null : m.stream_episode({ number: episode_number })
    return join(', ', join(' · ', season, episode), title)
  }
  return join(' · ', show_title ? title : null, year, kindName(kind))
}

/** "4K" or "1080p". */
export const qualityName = (quality: Text): string | undefined =>
  quality ? (/\dp$/.test(quality) ? quality : quality.toUpperCase()) : undefined

/** "4K → 720p", or one of them while nothing is changed. */
export function qualityLine(quality: { source?: Text; stream?: Text }): string {
  const [source, stream] = [qualityName(quality.source), qualityName(quality.stream)]
  return source && stream && source !== stream
    ? m.stream_from_to({ from: source, to: stream })
    : (stream ?? source ?? '')
}

/** What somebody called it, or what it is. */
export const playerName = ({ title, product, device, platform }: Player): string =>
  title || product || device || platform || m.stream_player_unknown()

/** What it is, where its name does not say so. */
export function playerKind(player: Player): string {
  const kind = join(' · ', ...new Set([player.product, player.platform]))
  return kind === playerName(player) ? '' : kind
}

const DEVICES: [RegExp, LucideIcon][] = [
  [/ipad|tablet/i, Tablet],
  [/tv|roku|chromecast|shield|webos|tizen|xbox|playstation/i, Tv],
  [/iphone|phone|pixel|galaxy|android|ios/i, Smartphone],
  [/mac|windows|linux|chrome|firefox|safari|edge|opera|web/i, Laptop],
]

/** A picture of the device, as well as it can be told. */
export function playerIcon({ device, platform, product, title }: Player): LucideIcon {
  const words = join(' ', device, platform, product, title)
  return DEVICES.find(([pattern]) => pattern.test(words))?.[1] ?? MonitorPlay
}

function join(between: string, ...parts: (string | number | null | undefined)[]): string {
  return parts.filter((part) => part != null && part !== '').join(between)
}
