// The witness itself: it has to find what is there, or its silence means nothing.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { launch } from './browser.ts'
import { Witness } from './witness.ts'

const SECRET = 'a-secret-of-the-house'

let browser: Browser
let server: Server
let url: string
let folder: string

beforeAll(async () => {
  browser = await launch()
  server = createServer((request, response) => {
    response.setHeader('set-cookie', `pum_guest=${SECRET}-in-a-cookie; Path=/`)
    response.setHeader('x-told', request.url === '/header' ? SECRET : 'nothing')
    response.end(request.url?.startsWith('/body') ? `<p>${SECRET}</p>` : '<p>nothing</p>')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  folder = mkdtempSync(join(tmpdir(), 'pum-witness-'))
})
afterAll(async () => {
  await browser?.close()
  server?.close()
  rmSync(folder, { recursive: true, force: true })
})

const THE_SECRET = { what: 'the secret', value: SECRET }

async function visit(path: string, { what, value } = THE_SECRET): Promise<string[]> {
  const witness = new Witness(url)
  witness.keep(what, value)
  const context = await browser.newContext()
  witness.watch(context)
  const page = await context.newPage()
  await page.goto(url + path)
  const found = await witness.leaks(folder)
  expect(witness.count('a cookie')).toBe(1)
  await context.close()
  return found
}

it('finds nothing where nothing is', async () => {
  expect(await visit('/')).toEqual([])
})

it.each([
  ['/body', 'answer of GET /body'],
  ['/body/pin', 'answer of GET /body/pin'],
  ['/header', `header of`],
  [`/?token=${SECRET}`, 'address of GET'],
  [`/#${SECRET}`, 'address bar'],
])('finds a secret in %s', async (path, where) => {
  const found = await visit(path)
  expect(found.some((one) => one.startsWith(`the secret in ${where}`))).toBe(true)
})

it('lets the answer that leads to Plex carry its code, and no other', async () => {
  const code = { what: 'a PIN code', value: SECRET }
  expect(await visit('/body/pin?code=of-an-invite', code)).toEqual([])
  expect(await visit('/body', code)).toEqual(['a PIN code in answer of GET /body'])
})

it('finds a secret in a log, and in a file among other bytes', async () => {
  const witness = new Witness(url)
  witness.keep('the secret', SECRET)
  witness.saw('the log', `WARN something about ${SECRET}`)
  mkdirSync(join(folder, 'backups'))
  writeFileSync(join(folder, 'backups', 'pum.db'), Buffer.from(`\0\xff${SECRET}\0`, 'latin1'))
  writeFileSync(join(folder, 'secret.key'), SECRET)
  expect(await witness.leaks(folder)).toEqual([
    'the secret in the log',
    'the secret in backups/pum.db',
  ])
})
