// The one door to the server: typed by openapi.yaml, same origin, aware of the base path.
import createClient from 'openapi-fetch'
import { baseUrl } from '@/lib/base'
import { ApiError, type Problem, UNREACHABLE } from './problem'
import type { components, paths } from './schema'

// Longer than the server itself waits for Plex when somebody tests a connection.
const TIMEOUT_MS = 45_000

/** A type from the contract, by its name there. */
export type Schema<Name extends keyof components['schemas']> = components['schemas'][Name]

async function fetchOrExplain(request: Request): Promise<Response> {
  try {
    return await fetch(request, {
      signal: AbortSignal.any([request.signal, AbortSignal.timeout(TIMEOUT_MS)]),
    })
  } catch (cause) {
    if (request.signal.aborted) throw cause
    const offline: Problem = { title: '', status: 0, code: UNREACHABLE }
    throw new ApiError(offline)
  }
}

export const api = createClient<paths>({
  baseUrl: baseUrl(),
  credentials: 'same-origin',
  fetch: fetchOrExplain,
})

function isProblem(body: unknown): body is Problem {
  return typeof body === 'object' && body !== null && 'code' in body && 'status' in body
}

/** The answer's body; a refusal becomes an ApiError. */
export async function unwrap<Data>(
  pending: Promise<{ data?: Data; error?: unknown; response: Response }>,
): Promise<Data> {
  const { data, error, response } = await pending
  if (response.ok) return data as Data
  const wait = Number(response.headers.get('retry-after'))
  // A proxy in between may answer with a page of its own.
  const problem = isProblem(error)
    ? error
    : { title: response.statusText, status: response.status, code: `http_${response.status}` }
  throw new ApiError(problem, wait > 0 ? wait : null)
}
