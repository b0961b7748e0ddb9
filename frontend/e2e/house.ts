// A whole PUM beside a fake Plex, for browser tests: the debug binaries, on free ports, in a folder
// that is gone afterwards. PUM_PROGRAMS names the folder that holds `pum` and `pum-fakes`.
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'

const READY_MS = 60_000

/** What the fakes say about themselves. */
export interface FakePlex {
  plex_tv_url: string
  clients_url: string
  auth_url: string
  owner: { id: number; token: string }
  servers: { name: string; url: string; machine_identifier: string }[]
  accounts: { username: string }[]
}

export interface House {
  url: string
  setupCode: string
  plex: FakePlex
  /** Everything that PUM wrote to its log. */
  log: () => string
  stop: () => Promise<void>
}

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
  return { url, setupCode, plex, log: () => lines.join(''), stop }
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`pum-fakes ended (${code})`)))
    if (child.stdout) createInterface({ input: child.stdout }).once('line', resolve)
  })
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
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
