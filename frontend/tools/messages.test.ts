// Every text exists in every language, with the same placeholders.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

type Catalogue = Record<string, unknown>

function read(file: string): Catalogue {
  const { $schema: _, ...messages } = JSON.parse(readFileSync(`messages/${file}`, 'utf8'))
  return messages
}

const placeholders = (message: unknown) =>
  [...new Set(JSON.stringify(message).match(/\{[a-z_]+\}/g) ?? [])].sort()

describe.each([
  ['en.json', 'de.json'],
  ['invite.en.json', 'invite.de.json'],
])('%s and %s', (english, german) => {
  const en = read(english)
  const de = read(german)

  it('hold the same keys', () => {
    expect(Object.keys(de).sort()).toEqual(Object.keys(en).sort())
  })

  it('fill the same placeholders', () => {
    const differing = Object.keys(en).filter(
      (key) => placeholders(en[key]).join() !== placeholders(de[key]).join(),
    )
    expect(differing).toEqual([])
  })

  it('leave no text empty', () => {
    const empty = [en, de].flatMap((all) => Object.keys(all).filter((key) => all[key] === ''))
    expect(empty).toEqual([])
  })
})

it('the two catalogues share no key', () => {
  const shared = Object.keys(read('invite.en.json')).filter((key) => key in read('en.json'))
  expect(shared).toEqual([])
})

it('every text is said somewhere', () => {
  const said = new Set<string>()
  for (const file of readdirSync('src', { recursive: true, encoding: 'utf8' })) {
    if (!/\.tsx?$/.test(file) || file.startsWith('paraglide')) continue
    for (const [, key] of readFileSync(join('src', file), 'utf8').matchAll(/\bm\.(\w+)/g))
      said.add(String(key))
  }
  const silent = [...Object.keys(read('en.json')), ...Object.keys(read('invite.en.json'))]
  expect(silent.filter((key) => !said.has(key))).toEqual([])
})
