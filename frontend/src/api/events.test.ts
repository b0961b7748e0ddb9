import { QueryClient } from '@tanstack/react-query'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { hintKind, listen, liveConnection } from './events'

class FakeSource {
  static opened: FakeSource[] = []
  onopen: (() => void) | null = null
  onmessage: ((event: { data: string }) => void) | null = null
  onerror: (() => void) | null = null
  closed = false
  url: string
  constructor(url: string) {
    this.url = url
    FakeSource.opened.push(this)
  }
  close() {
    this.closed = true
  }
}

const latest = () => FakeSource.opened[FakeSource.opened.length - 1] as FakeSource

describe('live events', () => {
  const client = new QueryClient()
  let stop: () => void

  beforeEach(() => {
    vi.useFakeTimers()
    vi.stubGlobal('EventSource', FakeSource)
    FakeSource.opened = []
    stop = listen(client)
  })

  afterEach(() => {
    stop()
    vi.unstubAllGlobals()
    vi.useRealTimers()
  })

  it('turn a burst of hints into one refresh of each topic', () => {
    const refresh = vi.spyOn(client, 'invalidateQueries').mockResolvedValue()
    latest().onopen?.()
    for (let n = 0; n < 5; n++) latest().onmessage?.({ data: `{"type":"invites","id":"${n}"}` })
    vi.advanceTimersByTime(1000)
    const topics = refresh.mock.calls.map(([filter]) => filter?.queryKey?.[0])
    expect(topics.sort()).toEqual(['history', 'invites', 'stats'])
  })

  it.each([
    ['streams', ['stats', 'stream-history', 'streams', 'watching']],
    ['users', ['history', 'purge', 'stats', 'users']],
  ])('of the kind %s refresh all that shows it', (kind, expected) => {
    const refresh = vi.spyOn(client, 'invalidateQueries').mockResolvedValue()
    latest().onopen?.()
    latest().onmessage?.({ data: JSON.stringify({ type: kind }) })
    vi.advanceTimersByTime(1000)
    expect(refresh.mock.calls.map(([filter]) => filter?.queryKey?.[0]).sort()).toEqual(expected)
  })

  it('let what is being read be read first', () => {
    const refresh = vi.spyOn(client, 'invalidateQueries').mockResolvedValue()
    const reading = vi.spyOn(client, 'isFetching').mockReturnValue(1)
    latest().onopen?.()
    latest().onmessage?.({ data: '{"type":"streams"}' })
    vi.advanceTimersByTime(1000)
    expect(refresh).not.toHaveBeenCalled()
    reading.mockReturnValue(0)
    vi.advanceTimersByTime(1000)
    expect(refresh.mock.calls.map(([filter]) => filter?.queryKey?.[0])).toContain('streams')
  })

  it('come back after a break, and everything is asked for anew', () => {
    const refresh = vi.spyOn(client, 'invalidateQueries').mockResolvedValue()
    latest().onopen?.()
    latest().onerror?.()
    expect(latest().closed).toBe(true)
    vi.advanceTimersByTime(1000)
    expect(FakeSource.opened).toHaveLength(2)
    latest().onopen?.()
    expect(refresh).toHaveBeenCalledWith()
  })

  it('ask ever more rarely while the server stays away, and say that it does', () => {
    vi.spyOn(client, 'refetchQueries').mockResolvedValue()
    const until = (ms: number) => {
      const end = Date.now() + ms
      while (Date.now() < end) {
        if (!latest().closed) latest().onerror?.()
        vi.advanceTimersByTime(100)
      }
    }
    until(2500)
    expect(liveConnection.get()).toBe('live')
    until(60_000)
    expect(liveConnection.get()).toBe('lost')
    expect(FakeSource.opened.length).toBeLessThan(14)
    latest().onopen?.()
    expect(liveConnection.get()).toBe('live')
  })

  it('ignore what they do not know', () => {
    expect(hintKind('{"type":"users"}')).toBe('users')
    for (const odd of ['', 'null', '[]', '{"type":"constructor"}', '{"type":1}', '{oops'])
      expect(hintKind(odd)).toBeUndefined()
  })
})
