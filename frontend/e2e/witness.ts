// Watches a whole browser run for secrets that come to light: in answers, addresses, PUM's log and its
// files. What is secret is named while the run goes on; the search comes at its end.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BrowserContext, Response } from 'playwright'

/** Shorter values would be found by chance. */
const SHORTEST = 8

/** PUM's own cookies; each holds a secret. */
const COOKIES = /^(__Host-)?pum_/

/** Characters of the signature in front of a session's key. */
const SIGNATURE = 44

interface Trace {
  where: string
  text: string
  /** The browser is told this secret on purpose. */
  mayHold?: string
}

export class Witness {
  private readonly url: string
  private readonly secrets = new Map<string, string>()
  private readonly traces: Trace[] = []
  private readonly reading: Promise<void>[] = []
  /** How many answers were read, so that a test can tell a watched run from one that saw nothing. */
  answers = 0

  constructor(url: string) {
    this.url = url
  }

  /** From now on, `value` must not show anywhere. */
  keep(what: string, value: string) {
    if (value.length < SHORTEST) throw new Error(`${what} is too short to be looked for`)
    this.secrets.set(value, what)
  }

  /** How many secrets of this kind are looked for. */
  count(what: string): number {
    return [...this.secrets.values()].filter((kind) => kind === what).length
  }

  /** Text that came out of PUM by another way than the browser. */
  saw(where: string, text: string) {
    this.traces.push({ where, text })
  }

  /** Reads along in everything that the browser asks of PUM. */
  watch(context: BrowserContext) {
    context.on('response', (response) => {
      this.reading.push(this.read(response))
    })
    context.on('request', (request) => {
      if (request.url().startsWith(this.url))
        this.traces.push({ where: `address of ${request.method()}`, text: request.url() })
    })
    context.on('page', (page) =>
      page.on('framenavigated', (frame) => {
        if (frame.url().startsWith(this.url))
          this.traces.push({ where: 'address bar', text: frame.url() })
      }),
    )
  }

  private async read(response: Response) {
    const address = response.url()
    if (!address.startsWith(this.url)) return
    const headers = await response.headersArray().catch(() => [])
    for (const { name, value } of headers) {
      if (name.toLowerCase() === 'set-cookie') this.keepCookie(value)
      else this.traces.push({ where: `header of ${address}`, text: `${name}: ${value}` })
    }
    if (headers.some(({ value }) => value.startsWith('text/event-stream'))) return
    // Redirects and answers to a page that has gone have no body to read.
    const text = await response.text().catch(() => null)
    if (text === null) return
    this.answers += 1
    const { pathname } = new URL(address)
    this.traces.push({
      where: `answer of ${response.request().method()} ${pathname}`,
      text,
      // The way to Plex's own page carries the PIN's code: it proves nothing without the client.
      ...(pathname.endsWith('/pin') && { mayHold: 'a PIN code' }),
    })
  }

  private keepCookie(line: string) {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
    if (!COOKIES.test(name) || value.length < SHORTEST) return
    this.keep('a cookie', value)
    const key = decodeURIComponent(value).slice(SIGNATURE)
    if (name.endsWith('session')) this.keep("a session's key", key)
  }

  /** Where a secret came to light, in words; empty when none did. `folder` holds PUM's files. */
  async leaks(folder: string): Promise<string[]> {
    await Promise.all(this.reading)
    // The key has its file, which nobody else may read.
    const files = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name !== 'secret.key')
      .map((entry) => join(entry.parentPath, entry.name))
    const stored = files.map((file) => ({
      where: file.slice(folder.length + 1),
      text: readFileSync(file, 'latin1'),
    }))
    const found = new Set<string>()
    for (const { where, text, mayHold } of [...this.traces, ...stored] as Trace[])
      for (const [secret, what] of this.secrets)
        if (what !== mayHold && text.includes(secret)) found.add(`${what} in ${where}`)
    return [...found]
  }
}
