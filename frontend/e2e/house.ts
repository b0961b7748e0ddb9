// A whole PUM beside a fake Plex, for browser tests: the debug binaries, on free ports, in a folder
// that is gone afterwards. PUM_PROGRAMS names the folder that holds `pum` and `pum-fakes`.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { randomBytes, randomInt } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { Witness } from './witness.ts'

const READY_MS = 60_000
const FIRST_PORT = 20_000

/** What the fakes say about themselves. */
export interface FakePlex {
  plex_tv_url: string
  clients_url: string
  auth_url: string
  owner: { id: number; token: string }
  servers: { name: string; url: string; machine_identifier: string }[]
  accounts: { id: number; username: string }[]
}

export interface House {
  url: string
  setupCode: string
  plex: FakePlex
  /** Watches what the browsers see; knows the house's own secrets. */
  witness: Witness
  /** Changes rows past PUM: lets time have gone by where no clock can be turned. */
  amend: (sql: string) => void
  /** Ends PUM and searches all that it left behind: where a secret came to light, in words. */
  leaks: () => Promise<string[]>
  stop: () => Promise<void>
}

/** What the fake tells about itself that a search for secrets needs. */
interface PlexSecrets {
  tokens: Record<string, unknown>
  pins: Record<string, { code: string; auth_token: string | null }>
}

// The start-up log tells it on purpose, to whoever looks after the machine.
const TOLD_CODE = /^.*enter the code .*$/m

// Node 20 speaks no SQLite.
const AMEND = `
import sqlite3, sys
with sqlite3.connect(sys.argv[1], timeout=30) as db:
    db.execute(sys.argv[2])
`

/** Whether the programs are there to be started. */
export const programs = process.env.PUM_PROGRAMS

/** Starts the fakes and an empty PUM that serves what `npm run build` made. */
export async function startHouse(): Promise<House> {
  if (!programs) throw new Error('PUM_PROGRAMS is not set: run these tests by `just e2e`')
  const folder = mkdtempSync(join(tmpdir(), 'pum-e2e-'))
  const setupCode = randomBytes(16).toString('hex')
  const lines: string[] = []

  const fakes = spawn(join(programs, 'pum-fakes'), ['--scenario', 'demo'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const plex = JSON.parse(await firstLine(fakes)) as FakePlex

  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const pum = spawn(join(programs, 'pum'), ['up'], {
    env: {
      ...process.env,
      PUM_DATA_DIR: folder,
      PUM_HOST: '127.0.0.1',
      PUM_PORT: String(port),
      PUM_WEB_DIR: new URL('../dist', import.meta.url).pathname,
      PUM_SETUP_CODE: setupCode,
      PLEX_TV_URL: plex.plex_tv_url,
      PLEX_CLIENTS_URL: plex.clients_url,
      PLEX_AUTH_URL: plex.auth_url,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  pum.stdout?.on('data', (bytes) => lines.push(String(bytes)))
  pum.stderr?.on('data', (bytes) => lines.push(String(bytes)))

  const stop = async () => {
    await ended(pum)
    await ended(fakes)
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    await ready(url, pum)
  } catch (error) {
    await stop()
    throw new Error(`PUM did not start: ${String(error)}\n${lines.join('')}`)
  }

  const witness = new Witness(url)
  witness.keep('the setup code', setupCode)
  witness.keep("the owner's token", plex.owner.token)
  witness.keep('SECRET_KEY', readFileSync(join(folder, 'secret.key'), 'utf8').trim())
  const leaks = async () => {
    const { tokens, pins } = await ask<PlexSecrets>(plex, 'state')
    for (const { code, auth_token } of Object.values(pins)) {
      witness.keep('a PIN code', code)
      if (auth_token) witness.keep('a Plex token', auth_token)
    }
    for (const token of Object.keys(tokens)) witness.keep('a Plex token', token)
    const calls = await ask<{ op: string; token_in_query: boolean }[]>(plex, 'calls')
    await ended(pum)
    witness.saw('the log', lines.join('').replace(TOLD_CODE, ''))
    return [
      ...calls.filter((call) => call.token_in_query).map(({ op }) => `a token in ${op}'s address`),
      ...(await witness.leaks(folder)),
    ]
  }
  const amend = (sql: string) => {
    execFileSync('python3', ['-c', AMEND, join(folder, 'pum.db'), sql])
  }
  return { url, setupCode, plex, witness, amend, leaks, stop }
}

async function ask<T>(plex: FakePlex, path: string): Promise<T> {
  const response = await fetch(`${plex.plex_tv_url}/_fake/${path}`)
  return (await response.json()) as T
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`pum-fakes ended (${code})`)))
    if (child.stdout) createInterface({ input: child.stdout }).once('line', resolve)
  })
}

/**
 * A port for this house alone: each of the tests' workers looks among a thousand of its own, below those that the
 * system gives out by itself, so that nothing takes it before PUM does.
 */
async function freePort(): Promise<number> {
  const first = FIRST_PORT + 1_000 * (Number(process.env.VITEST_POOL_ID ?? 0) % 10)
  for (let tries = 0; tries < 100; tries += 1) {
    const port = first + randomInt(1_000)
    if (await isFree(port)) return port
  }
  throw new Error(`no port is free from ${first} on`)
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
  })
}

async function ready(url: string, pum: ChildProcess) {
  const until = Date.now() + READY_MS
  while (Date.now() < until) {
    if (pum.exitCode !== null) throw new Error(`it ended (${pum.exitCode})`)
    const answer = await fetch(`${url}/readyz`).catch(() => null)
    if (answer?.ok) return
    await pause(100)
  }
  throw new Error(`no answer at ${url}/readyz`)
}

async function ended(child: ChildProcess) {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  await gone
}
