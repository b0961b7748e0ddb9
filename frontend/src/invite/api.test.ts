import { beforeEach, describe, expect, it, vi } from 'vitest'
import { ApiError, UNREACHABLE } from '@/api/problem'
import { createApi } from './api'
import { redemption } from './fixtures'

const fetched = vi.fn<typeof fetch>()
const api = createApi('Movie Night')

beforeEach(() => {
  fetched.mockReset()
  vi.stubGlobal('fetch', fetched)
})

const answer = (body: string, init?: ResponseInit) =>
  fetched.mockResolvedValueOnce(new Response(body, init))

async function failureOf(promise: Promise<unknown>): Promise<ApiError> {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(ApiError)
  return error as ApiError
}

describe('a question to the server', () => {
  it('is asked below <base>, with the code escaped, and its cookies', async () => {
    const base = document.head.appendChild(document.createElement('base'))
    base.href = 'https://example.org/pum/'
    answer('{}')
    await api.redemption()
    const [url, init] = fetched.mock.calls[0] ?? []
    expect(String(url)).toBe(
      'https://example.org/pum/api/v1/public/redemptions/current?code=Movie%20Night',
    )
    expect(init).toMatchObject({ method: 'GET', credentials: 'same-origin', cache: 'no-store' })
    expect(init?.signal).toBeInstanceOf(AbortSignal)
    base.remove()
  })

  it('sends what is accepted, and by which terms', async () => {
    answer('{}')
    await api.accept(redemption({ id: 'r7' }), 3)
    expect(fetched.mock.calls[0]?.[1]?.body).toBe('{"redemption_id":"r7","invite_version":3}')
  })

  it('sends no body where none is wanted', async () => {
    answer('{}')
    await api.completePlex()
    const init = fetched.mock.calls[0]?.[1]
    expect(init?.body).toBeNull()
    expect(init?.headers).not.toHaveProperty('content-type')
  })
})

describe('a refusal', () => {
  it('carries the code, the request id and how long to wait', async () => {
    const body = { code: 'too_many_requests', title: 'Too many', status: 429, request_id: 'req-9' }
    answer(JSON.stringify(body), { status: 429, headers: { 'retry-after': '30' } })
    const failure = await failureOf(api.invite())
    expect(failure).toMatchObject({ code: 'too_many_requests', status: 429, retryAfter: 30 })
    expect(failure.problem.request_id).toBe('req-9')
  })

  it('from something in between is known by its status alone', async () => {
    answer('<h1>Bad gateway</h1>', { status: 502 })
    expect(await failureOf(api.invite())).toMatchObject({ code: 'internal', status: 502 })
  })

  it('is “unreachable” when the network fails or a portal answers in PUM’s place', async () => {
    fetched.mockRejectedValueOnce(new TypeError('Failed to fetch'))
    expect(await failureOf(api.invite())).toMatchObject({ code: UNREACHABLE, status: 0 })
    answer('<h1>Welcome to the hotel</h1>', { status: 200 })
    expect(await failureOf(api.invite())).toMatchObject({ code: UNREACHABLE, status: 0 })
  })
})
