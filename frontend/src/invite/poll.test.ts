import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { backOff, poll } from './poll'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

const look = (visibility: DocumentVisibilityState) => {
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue(visibility)
  document.dispatchEvent(new Event('visibilitychange'))
}

it('asks at once, and again after the pause it is told', async () => {
  const task = vi.fn(async () => 2000)
  const { stop } = poll(task)
  expect(task).toHaveBeenCalledTimes(1)
  await vi.advanceTimersByTimeAsync(1999)
  expect(task).toHaveBeenCalledTimes(1)
  await vi.advanceTimersByTimeAsync(1)
  expect(task).toHaveBeenCalledTimes(2)
  stop()
})

it('rests while nobody looks, and asks at once when they come back', async () => {
  const task = vi.fn(async () => 1000)
  const { stop } = poll(task)
  await vi.advanceTimersByTimeAsync(0)
  look('hidden')
  await vi.advanceTimersByTimeAsync(60_000)
  expect(task).toHaveBeenCalledTimes(1)
  look('visible')
  expect(task).toHaveBeenCalledTimes(2)
  stop()
})

it('asks at once on focus and when the network is back, but never twice at a time', async () => {
  let answer = (_wait: number) => {}
  const task = vi.fn(() => new Promise<number>((resolve) => (answer = resolve)))
  const { stop } = poll(task)
  dispatchEvent(new Event('focus'))
  expect(task).toHaveBeenCalledTimes(1)
  answer(5000)
  await vi.advanceTimersByTimeAsync(0)
  dispatchEvent(new Event('online'))
  expect(task).toHaveBeenCalledTimes(2)
  stop()
})

it('ends when the task says so, and when it is stopped in the middle', async () => {
  const ends = vi.fn(async () => null)
  poll(ends)
  await vi.advanceTimersByTimeAsync(60_000)
  dispatchEvent(new Event('focus'))
  expect(ends).toHaveBeenCalledTimes(1)

  const stopped = vi.fn(async () => 10)
  poll(stopped).stop()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(stopped).toHaveBeenCalledTimes(1)
})

it('waits longer the longer nothing moves, up to the longest', () => {
  const pauses = [0, 1, 4, 8, 100].map((tries) => backOff(tries, 1000, 5000))
  expect(pauses).toEqual([1000, 1250, 2441, 5000, 5000])
})
