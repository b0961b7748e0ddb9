// A stand-in for PUM's public operations and for plex.tv, so that every screen of the invite page
// can be seen: also those that a working server hardly ever shows.
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname } from 'node:path'

const DIST = new URL('../dist/', import.meta.url)
export const CODE = 'abcdefghijklmnopqrstuvwxyz'

const TYPES: Record<string, string> = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
}

export interface Answer {
  status: number
  body: unknown
}

/** What an operation answers: always the same, or the next of a list, whose last one stays. */
export type Script = Answer | Answer[]

export interface Mock {
  url: string
  plexUrl: string
  /** Answers by operation, as "GET invite" or "POST accept". */
  scripts: Record<string, Script>
  /** What was asked, with its body. */
  asked: { operation: string; body: unknown }[]
  close(): Promise<void>
}

export const ok = (body: unknown, status = 200): Answer => ({ status, body })

export const problem = (status: number, code: string): Answer => ({
  status,
  body: {
    type: `urn:pum:${code}`,
    title: code,
    status,
    detail: code,
    code,
    request_id: 'req-7f3a',
  },
})

const LIBRARIES = [
  { title: 'Movies', kind: 'movie' },
  { title: 'TV shows', kind: 'show' },
  { title: 'Music', kind: 'artist' },
]

export const invite = (change: object = {}) => ({
  status: 'active',
  app_name: 'PUM',
  server_name: 'Aurora',
  libraries: LIBRARIES,
  all_libraries: false,
  expires_at: '2031-11-30T22:59:59Z',
  membership_days: 90,
  allow_downloads: true,
  discord: { login: false, guild: false },
  invite_version: 1,
  language: 'en',
  time_zone: 'Europe/Berlin',
  ...change,
})

const STEPS = [
  'plex_sign_in',
  'accept',
  'seat',
  'invitation_sent',
  'invitation_accepted',
  'libraries_visible',
]

/** Steps as the server draws them: so many done, then one in a state of its own. */
const steps = (done: number, state: string, detail: string | null) =>
  STEPS.map((name, index) => ({
    name,
    state: index < done ? 'done' : index > done ? 'pending' : state,
    detail: index === done ? detail : null,
  }))

const REACHED: Record<string, number> = {
  open: 0,
  ready: 1,
  seat_taken: 3,
  invited: 4,
  done: 6,
  already_member: 2,
  failed: 3,
}

export function redemption(
  state: string,
  change: { reason?: string; [key: string]: unknown } = {},
) {
  const reason = change.reason ?? null
  const now = state === 'failed' ? 'failed' : reason ? 'waiting' : 'current'
  return {
    id: '0192f0c1-0000-7000-8000-000000000001',
    invite_version: 1,
    state,
    steps: steps(REACHED[state] ?? 0, now, reason),
    reason,
    may_retry: false,
    plex_sign_in: 'none',
    plex:
      state === 'open'
        ? null
        : { username: 'priya_patel', email_masked: 'p•••@example.org', thumb: null },
    ...change,
  }
}

/** An invite that works, and nobody who has begun. */
export const fresh = (): Record<string, Script> => ({
  'GET invite': ok(invite()),
  'GET redemption': problem(404, 'redemption_not_found'),
})

export async function startMock(): Promise<Mock> {
  const mock = { scripts: fresh(), asked: [] as Mock['asked'] } as Mock
  const plex = await listen((request, response) => plexTv(request, response))
  mock.plexUrl = plex.url
  const pum = await listen((request, response) => {
    void serve(mock, request, response)
  })
  mock.url = pum.url
  mock.close = async () => {
    await Promise.all([plex.close(), pum.close()])
  }
  return mock
}

async function listen(handle: (request: IncomingMessage, response: ServerResponse) => void) {
  const server: Server = createServer(handle)
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise<void>((closed) => {
        server.close(() => closed())
        server.closeAllConnections()
      }),
  }
}

function plexTv(request: IncomingMessage, response: ServerResponse) {
  response.setHeader('access-control-allow-origin', '*')
  response.setHeader('access-control-allow-headers', '*')
  if (request.method === 'OPTIONS') {
    response.writeHead(204).end()
    return
  }
  if (request.url?.startsWith('/api/v2/pins')) {
    response
      .writeHead(201, { 'content-type': 'application/json' })
      .end(JSON.stringify({ id: 308667304, code: 'abcdefghijklmnopqrstuvwxy' }))
    return
  }
  response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Plex sign-in</h1>')
}

async function serve(
  mock: Mock,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', mock.url)
  if (url.pathname.startsWith('/api/')) return answer(mock, url, request, response)
  const file = url.pathname.startsWith('/invite') ? 'invite.html' : url.pathname.slice(1)
  try {
    let body: string | Buffer = await readFile(new URL(file, DIST))
    if (file.endsWith('.html')) body = body.toString().replaceAll('%PUM_BASE%', '/')
    response.writeHead(200, {
      'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
      'cache-control': file.endsWith('.html') ? 'no-store' : 'no-cache',
      'content-security-policy': `default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; connect-src 'self' ${mock.plexUrl}; base-uri 'self'; form-action 'self'; frame-ancestors 'none'`,
    })
    response.end(body)
  } catch {
    response.writeHead(404).end()
  }
}

async function answer(mock: Mock, url: URL, request: IncomingMessage, response: ServerResponse) {
  const operation = `${request.method} ${operationOf(url.pathname)}`
  let text = ''
  for await (const chunk of request) text += chunk
  mock.asked.push({ operation, body: text ? JSON.parse(text) : null })
  const script = mock.scripts[operation]
  const next = Array.isArray(script) ? (script.length > 1 ? script.shift() : script[0]) : script
  const { status, body } = next ?? problem(404, 'not_found')
  if (status === 0) {
    request.socket.destroy()
    return
  }
  response
    .writeHead(status, {
      'content-type': status < 400 ? 'application/json' : 'application/problem+json',
      'cache-control': 'no-store',
    })
    .end(JSON.stringify(body))
}

function operationOf(path: string): string {
  if (path.endsWith('/redemptions')) return 'redemptions'
  if (path.includes('/public/invites/')) return 'invite'
  const [, step = ''] = /\/current\/?(.*)$/.exec(path) ?? []
  return step || 'redemption'
}

/** The answers of a sign-in that goes as it should, up to the way to Plex. */
export const signInScripts = (mock: Mock): Record<string, Script> => ({
  'POST redemptions': ok(redemption('open'), 201),
  'POST plex': ok({
    pin_request: {
      method: 'POST',
      url: `${mock.plexUrl}/api/v2/pins?strong=true`,
      headers: { accept: 'application/json', 'x-plex-client-identifier': 'one-visit' },
    },
  }),
  'POST plex/pin': ok({ sign_in_url: `${mock.plexUrl}/auth#?code=abcdefghijklmnopqrstuvwxy` }),
})
