import { Laptop, MonitorPlay, Smartphone, Tablet, Tv } from 'lucide-react'
import { describe, expect, it } from 'vitest'
import {
  channelsName,
  playerIcon,
  playerKind,
  playerName,
  qualityLine,
  workLine,
  workTitle,
} from './stream-words'

const EPISODE = {
  kind: 'episode',
  title: 'Low Tide',
  show_title: 'The Lantern Keepers',
  season_title: 'Season 2',
  season_number: 2,
  episode_number: 7,
}

describe('what is heard', () => {
  it.each([
    [1, 'Mono'],
    [2, 'Stereo'],
    [6, '5.1'],
    [8, '7.1'],
    [4, '4 channels'],
    [0, undefined],
    [null, undefined],
  ])('%j loudspeakers are %j', (channels, name) => {
    expect(channelsName(channels)).toBe(name)
  })
})

describe('what is watched', () => {
  it.each([
    [EPISODE, 'The Lantern Keepers', 'S2 · E7, Low Tide'],
    [
      { ...EPISODE, season_number: null, episode_number: null },
      'The Lantern Keepers',
      'Season 2, Low Tide',
    ],
    [{ kind: 'movie', title: 'Orbit of Salt', year: 2025 }, 'Orbit of Salt', '2025 · Film'],
    [{ kind: 'movie', title: 'Orbit of Salt' }, 'Orbit of Salt', 'Film'],
    [
      { kind: 'track', title: 'Waves', show_title: 'The Shore', season_title: 'Salt' },
      'The Shore',
      'Salt · Waves',
    ],
    [{ kind: 'track', title: 'Waves' }, 'Waves', 'Music'],
    [{ kind: 'live', title: 'News at nine' }, 'News at nine', 'Live TV'],
    [{ kind: 'hologram', title: 'X' }, 'X', 'hologram'],
  ])('%j is called %s, %s', (work, title, line) => {
    expect([workTitle(work), workLine(work)]).toEqual([title, line])
  })
})

describe('the quality', () => {
  it.each([
    [{ source: '4k', stream: '720p' }, '4K → 720p'],
    [{ source: '1080p', stream: '1080p' }, '1080p'],
    [{ source: 'sd', stream: null }, 'SD'],
    [{}, ''],
  ])('%j reads %j', (quality, words) => {
    expect(qualityLine(quality)).toBe(words)
  })
})

describe('the player', () => {
  it.each([
    [{ title: 'Living room', product: 'Plex for Apple TV' }, 'Living room', 'Plex for Apple TV'],
    [{ product: 'Plex Web', platform: 'Firefox' }, 'Plex Web', 'Plex Web · Firefox'],
    [{ platform: 'Chrome' }, 'Chrome', ''],
    [{}, 'Unknown player', ''],
  ])('%j is called %s, %j', (player, name, kind) => {
    expect([playerName(player), playerKind(player)]).toEqual([name, kind])
  })

  it.each([
    [{ platform: 'tvOS', device: 'Apple TV' }, Tv],
    [{ platform: 'iOS', device: 'iPad' }, Tablet],
    [{ platform: 'Android', device: 'Pixel 9' }, Smartphone],
    [{ product: 'Plex Web', platform: 'Firefox' }, Laptop],
    [{ title: 'Something' }, MonitorPlay],
  ])('%j has a picture', (player, icon) => {
    expect(playerIcon(player)).toBe(icon)
  })
})
