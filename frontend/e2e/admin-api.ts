// PUM's API as a script would use it, to bring a house into the state that a story begins with.
import { setTimeout as pause } from 'node:timers/promises'
import type { FakePlex, House } from './house.ts'

const PATIENCE_MS = 60_000

export const ADMIN = { username: 'olivia', password: 'correct horse battery' }

/** One browser's cookies, and requests as its pages would send them. */
export class Caller {
  private readonly cookies = new Map<string, string>()
  private readonly url: string

  constructor(url: string) {
    this.url = url
  }

  async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: {
        origin: this.url,
        cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body === undefined ? null : JSON.stringify(body),
    })
    for (const line of response.headers.getSetCookie()) {
      const [, name, value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (name) this.cookies.set(name, value)
    }
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
    return (text ? JSON.parse(text) : null) as T
  }
}

/** Looks again and again until `look` gives something. */
export async function until<T>(
  what: string,
  look: () => Promise<T | null | undefined | false>,
): Promise<T> {
  const end = Date.now() + PATIENCE_MS
  let last: unknown
  while (Date.now() < end) {
    const found = await look().catch((error: unknown) => {
      last = error
      return null
    })
    if (found) return found
    await pause(100)
  }
  throw new Error(`${what} took too long`, { cause: last })
}

/** What the wizard would do. Answers the admin's API and the ids of the libraries by title. */
export async function setUp({ url, plex, setupCode }: House) {
  const admin = new Caller(url)
  await admin.call('POST', '/setup/admin', { setup_code: setupCode, ...ADMIN })
  await admin.call('PUT', '/setup/plex', { url: plex.servers[0]?.url, token: plex.owner.token })
  await admin.call('PUT', '/setup/app', { base_url: url })
  await admin.call('POST', '/setup/finish')
  const found = await until('Reading the libraries', async () => {
    const page = await admin.call<{ items: { id: string; title: string }[] }>('GET', '/libraries')
    return page.items.length > 0 && page.items
  })
  const libraries: Record<string, string> = Object.fromEntries(
    found.map(({ title, id }) => [title, id]),
  )
  return { admin, libraries }
}

/** Speaks to the fake Plex's own endpoints: its state, and how it should misbehave. */
export async function askFake(plex: FakePlex, method: string, path: string, body?: unknown) {
  const response = await fetch(`${plex.plex_tv_url}/_fake/${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    body: body === undefined ? null : JSON.stringify(body),
  })
  const answer: unknown = await response.json()
  if (!response.ok) throw new Error(`fake ${path}: ${JSON.stringify(answer)}`)
  return answer
}

/** Somebody begins to play on the fake server; answers the session's key. */
export async function play(
  { plex }: House,
  username: string,
  session: Record<string, unknown>,
): Promise<number> {
  const user = plex.accounts.find((one) => one.username === username)?.id
  const answer = await askFake(plex, 'POST', 'sessions', { session_id: '', user, ...session })
  return (answer as { session_key: number }).session_key
}

interface FakeShare {
  id: number
  invited: number | null
  accepted_at: number | null
  shared: 'all' | { sections: number[] }
}

interface FakeState {
  accounts: Record<string, { id: number; username: string }>
  relations: { shares: Record<string, FakeShare> }
}

/** What the fake says it shares with each person, by name, all as of the same moment. */
export async function readShares(plex: FakePlex): Promise<(username: string) => FakeShare[]> {
  const state = (await askFake(plex, 'GET', 'state')) as FakeState
  const accounts = Object.values(state.accounts)
  const shares = Object.values(state.relations.shares)
  return (username) => {
    const account = accounts.find((one) => one.username === username)
    return shares.filter(({ invited }) => invited === account?.id)
  }
}

/** What the fake says it shares with somebody. */
export async function sharesOf(plex: FakePlex, username: string) {
  return (await readShares(plex))(username)
}

/** How many libraries the fake shares with somebody. */
export async function libraryCount(plex: FakePlex, username: string): Promise<number> {
  return countOf(await sharesOf(plex, username))
}

/** How many libraries the first of these shares gives. */
export function countOf([share]: FakeShare[]): number {
  return share?.shared === 'all' ? Number.POSITIVE_INFINITY : (share?.shared.sections.length ?? 0)
}

/** People whom the owner has given access at Plex before PUM came. */
export async function addMembers(plex: FakePlex, names: string[], libraries: string[]) {
  await askFake(plex, 'POST', 'config', { share_limit: names.length * 2 + 100 })
  for (const username of names) {
    await askFake(plex, 'POST', 'accounts', { username })
    await askFake(plex, 'POST', 'friends', { a: username, b: String(plex.owner.id) })
    await askFake(plex, 'POST', 'shares', { account: username, libraries })
  }
}

/** Waits until PUM knows somebody. */
export function met(admin: Caller, name: string) {
  return until(`The first look at ${name}`, async () => {
    const page = await admin.call<{ items: { id: string }[] }>('GET', `/users?q=${name}`)
    return page.items[0]?.id
  })
}

/** Where somebody stands with PUM. */
export async function stateOf(admin: Caller, name: string) {
  const page = await admin.call<{ items: { state: string }[] }>('GET', `/users?q=${name}`)
  return page.items[0]?.state
}
