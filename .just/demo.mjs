// A whole PUM beside a fake Plex, set up and with people in it, for clicking around without a Plex server.
// Everything lives in a temporary folder and is gone when this ends. Usage: node .just/demo.mjs TARGET-FOLDER [PORT]

import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'

const [target, port = '5699'] = process.argv.slice(2)
const base = `http://localhost:${port}`
const folder = mkdtempSync(join(tmpdir(), 'pum-demo-'))
const password = `demo-${randomBytes(6).toString('hex')}`
const setupCode = randomBytes(16).toString('hex')
const children = []

process.on('exit', () => {
  for (const child of children) child.kill('SIGTERM')
  rmSync(folder, { recursive: true, force: true })
})

let ending = false
async function end(code) {
  if (ending) return
  ending = true
  // PUM first: it finishes what runs, and needs its Plex for that.
  for (const child of [...children].reverse()) {
    if (child.exitCode === null && child.signalCode === null) {
      const gone = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      await gone
    }
  }
  process.exit(code)
}
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => end(0))

function start(program, args, env, stdio) {
  // A group of its own, so that a Ctrl-C in the terminal reaches only this script, which ends things in order.
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio, detached: true })
  children.push(child)
  child.once('error', (error) => {
    console.error(`${program}: ${error.message}`)
    end(1)
  })
  child.once('exit', (code) => {
    if (!ending) {
      console.error(`${program} ended (${code}).`)
      end(1)
    }
  })
  return child
}

/** Cookies of one browser, and requests as its pages would send them. */
class Browser {
  cookies = new Map()

  async call(method, path, body) {
    const response = await fetch(`${base}/api/v1${path}`, {
      method,
      headers: {
        Origin: base,
        Cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    })
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (name) this.cookies.set(name, value)
    }
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
    return text ? JSON.parse(text) : null
  }
}

/** Looks again and again until `look` gives something, for at most a minute. */
async function until(what, look) {
  for (let tries = 0; tries < 300; tries += 1) {
    const found = await look().catch(() => null)
    if (found) return found
    await pause(200)
  }
  throw new Error(`${what} took too long`)
}

async function setUp(admin, plex) {
  await admin.call('POST', '/setup/admin', { setup_code: setupCode, username: 'olivia', password })
  await admin.call('PUT', '/setup/plex', { url: plex.servers[0].url, token: plex.owner.token })
  await admin.call('PUT', '/setup/app', { base_url: base })
  await admin.call('POST', '/setup/finish')
  const libraries = await until('Reading the libraries', async () => {
    const { items } = await admin.call('GET', '/libraries')
    return items.length > 0 && items
  })
  const ids = (...titles) => libraries.filter((l) => titles.includes(l.title)).map((l) => l.id)
  const some = (...titles) => ({ mode: 'some', ids: ids(...titles) })
  const inTwoWeeks = new Date(Date.now() + 14 * 86_400_000).toISOString()
  const invite = (body) => admin.call('POST', '/invites', body)
  const family = await invite({ label: 'Family', libraries: { mode: 'all' }, allow_downloads: true })
  const friends = await invite({
    label: 'Film night',
    path: 'film-night',
    libraries: some('Movies', 'TV Shows'),
    max_uses: 5,
    expires_at: inTwoWeeks,
  })
  await invite({ label: 'Try it for a month', libraries: some('Movies'), max_uses: 10, membership_days: 30 })
  const paused = await invite({ label: 'Neighbours', libraries: some('Kids'), max_uses: 3 })
  await admin.call('POST', `/invites/${paused.id}/pause`)
  return { family, friends }
}

/** One person's way through a link, as their phone would go it. */
async function redeem(code, username, plex) {
  const phone = new Browser()
  await phone.call('POST', `/public/invites/${code}/redemptions`)
  const { pin_request: asked } = await phone.call('POST', '/public/redemptions/current/plex')
  const pin = await (await fetch(asked.url, { method: asked.method, headers: asked.headers })).json()
  await phone.call('POST', '/public/redemptions/current/plex/pin', { pin_id: pin.id, code: pin.code })
  await fetch(`${plex.auth_url.replace(/\/auth.*$/, '')}/_fake/sign-in`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ code: pin.code, account: username }),
  })
  const ready = await until('Signing in', () => phone.call('POST', '/public/redemptions/current/plex/complete'))
  await phone.call('POST', '/public/redemptions/current/accept', {
    redemption_id: ready.id,
    invite_version: ready.invite_version,
  })
}

async function main() {
  const fakes = start(join(target, 'pum-fakes'), ['--scenario', 'demo'], {}, ['pipe', 'pipe', 'inherit'])
  const [line] = await new Promise((resolve) =>
    createInterface({ input: fakes.stdout }).once('line', (first) => resolve([first])),
  )
  const plex = JSON.parse(line)

  start(
    join(target, 'pum'),
    ['up'],
    {
      PUM_DATA_DIR: folder,
      PUM_HOST: '127.0.0.1',
      PUM_PORT: port,
      PUM_SETUP_CODE: setupCode,
      PLEX_TV_URL: plex.plex_tv_url,
      PLEX_CLIENTS_URL: plex.clients_url,
      PLEX_AUTH_URL: plex.auth_url,
      LOG_LEVEL: process.env.LOG_LEVEL ?? 'warn',
    },
    ['ignore', 'inherit', 'inherit'],
  )
  await until('Starting PUM', async () => (await fetch(`${base}/healthz`)).ok)

  const { family, friends } = await setUp(new Browser(), plex)
  await redeem(family.code, 'anna', plex)
  await redeem(friends.code, 'ben', plex)

  console.log(`
PUM runs beside a fake Plex; nothing here leaves this machine. Ctrl-C ends it and forgets everything.

  Dashboard    ${base}
  Signs in     olivia / ${password}
  Invite       ${base}/invite/${friends.code}
               sign in at the fake Plex as anybody; chloe, david and elif have no access yet
`)
}

main().catch((error) => {
  console.error(error.message)
  end(1)
})
