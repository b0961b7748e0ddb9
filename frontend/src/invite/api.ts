// The public operations. Every call has an end, and every failure is an ApiError with a code.
import { ApiError, type Problem, UNREACHABLE } from '@/api/problem'
import type { Invite, PlexAttached, PlexStart, Redemption } from './types'

const TIMEOUT_MS = 15_000

/** plex.tv answers PUM while we wait for these, so they may take longer. */
const PLEX_TIMEOUT_MS = 30_000

export type Api = ReturnType<typeof createApi>

/** The operations for one invite. Addresses are relative to `<base>`: PUM may live under a sub-path. */
export function createApi(code: string) {
  const invite = `public/invites/${encodeURIComponent(code)}`
  const current = (step = '') =>
    `public/redemptions/current${step}?code=${encodeURIComponent(code)}`
  return {
    invite: () => request<Invite>('GET', invite),
    redemption: () => request<Redemption>('GET', current()),
    start: () => request<Redemption>('POST', `${invite}/redemptions`),
    startPlex: () => request<PlexStart>('POST', current('/plex')),
    attachPin: (pin: { id: string; code: string }) =>
      request<PlexAttached>('POST', current('/plex/pin'), {
        pin_id: pin.id,
        code: pin.code,
      }),
    completePlex: () =>
      request<Redemption>('POST', current('/plex/complete'), undefined, PLEX_TIMEOUT_MS),
    accept: (redemption: Redemption, version: number) =>
      request<Redemption>('POST', 'public/redemptions/current/accept', {
        redemption_id: redemption.id,
        invite_version: version,
      }),
    retry: () => request<Redemption>('POST', current('/retry')),
  }
}

async function request<T>(
  method: 'GET' | 'POST',
  path: string,
  body?: unknown,
  timeout = TIMEOUT_MS,
): Promise<T> {
  const headers: Record<string, string> = { accept: 'application/json' }
  if (body !== undefined) headers['content-type'] = 'application/json'
  let response: Response
  let text: string
  try {
    response = await fetch(new URL(`api/v1/${path}`, document.baseURI), {
      method,
      headers,
      body: body === undefined ? null : JSON.stringify(body),
      credentials: 'same-origin',
      cache: 'no-store',
      signal: AbortSignal.timeout(timeout),
    })
    text = await response.text()
  } catch {
    throw new ApiError({ title: 'No answer', status: 0, code: UNREACHABLE })
  }
  const answer = parse(text)
  if (!response.ok) throw refused(response, answer)
  // A page from a proxy or a captive portal comes with 200 and is no answer of PUM's.
  if (answer === null) throw new ApiError({ title: 'No answer', status: 0, code: UNREACHABLE })
  return answer as T
}

function parse(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' ? value : null
  } catch {
    return null
  }
}

function refused(response: Response, answer: object | null): ApiError {
  const wait = Number(response.headers.get('retry-after'))
  const problem: Problem =
    answer && 'code' in answer && typeof answer.code === 'string'
      ? { ...(answer as Problem), status: response.status }
      : { title: response.statusText, status: response.status, code: 'internal' }
  return new ApiError(problem, Number.isFinite(wait) && wait > 0 ? wait : null)
}
